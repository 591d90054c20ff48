import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { OfficeState, VisitExport as Order } from '@/shared/bindings/desk'
import { ElSelect } from '@/shared/element'
import { makeI18n } from '@/shared/i18n'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import { useOffice } from '../office'
import VisitExport from './VisitExport.vue'

const orders: Order[] = []

vi.mock('@tauri-apps/api/core', () => ({
  invoke: (door: string, { command, args }: { command: string; args: { what: Order } }) => {
    if (door === 'choose') return Promise.resolve({ token: 'f1', name: '走访台账.xlsx' })
    if (command === 'household_groups') return Promise.resolve([{ group: 3, count: 12 }])
    orders.push(args.what)
    return Promise.resolve({ rows: 2 })
  },
}))
vi.mock('@tauri-apps/api/event', () => ({ listen: () => Promise.resolve(() => {}) }))

function open() {
  const pinia = createPinia()
  useOffice(pinia).state = {
    agent: { id: 'a1', name: '余老师' },
    villages: [
      { code: '420704100201', name: '大湖村' },
      { code: '420704100202', name: '小湖村' },
    ],
  } as unknown as OfficeState
  return mount(VisitExport, {
    global: { plugins: [pinia, makeI18n({ 'zh-CN': zh, en }, 'zh-CN')] },
    attachTo: document.body,
  })
}
async function press(text: string): Promise<void> {
  const found = [...document.querySelectorAll<HTMLElement>('button, [role=option]')]
  found
    .filter((one) => one.textContent?.trim() === text)
    .at(-1)
    ?.click()
  await flushPromises()
}
const today = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)

beforeEach(() => (orders.length = 0))
afterEach(() => (document.body.innerHTML = ''))

test('走访台账 has the columns of the paper form, who filled it in, and categories in words', async () => {
  const screen = open()
  await press(`\u00a0${zh['visit_export.act']}`.trim())
  await press(zh['visit_export.write'])
  const [order] = orders
  expect(order?.headings.slice(12)).toEqual(['办理结果', '回访情况', '走访人（2人）', '被访人签字', '备注'])
  expect(order?.words['category.alone']).toBe(zh['person_category.alone'])
  expect(order?.head.title).toBe('走访台账')
  expect(order?.head.facts).toContain('填报人：余老师')
  expect(order?.head.facts).toContain('网格（村）：大湖村、小湖村　　村民小组：全部村民小组　　走访时间：')
  expect(order).toMatchObject({ from: `${today().slice(0, 8)}01`, to: today(), village: null, group: null })
  expect(document.body.textContent).toContain('已导出 2 条')
  screen.unmount()
})

test('she says the days, the village and the group', async () => {
  const screen = open()
  await press(zh['visit_export.act'])
  await press(zh['figures.period.own'])
  const [from, to] = [...document.querySelectorAll<HTMLInputElement>('.date-field .control')]
  const type = async (field: HTMLInputElement | undefined, day: string) => {
    if (!field) throw new Error('no field for a day')
    field.value = day
    field.dispatchEvent(new Event('input'))
    field.dispatchEvent(new Event('change'))
    field.dispatchEvent(new Event('blur'))
    await flushPromises()
  }
  await type(from, '2026-05-31')
  await type(to, '2026-05-27')
  await press(zh['visit_export.write'])
  expect(orders, 'the first day is after the last').toEqual([])
  expect(document.body.textContent).toContain(zh['visit_export.no_days'])
  await type(from, '2026-05-27')
  await type(to, '2026-05-31')
  screen.findAllComponents(ElSelect)[0]?.vm.$emit('update:modelValue', '420704100202')
  await flushPromises()
  screen.findAllComponents(ElSelect)[1]?.vm.$emit('update:modelValue', 3)
  await flushPromises()
  await press(zh['visit_export.write'])
  const [order] = orders
  expect(order).toMatchObject({ from: '2026-05-27', to: '2026-05-31', village: '420704100202', group: 3 })
  expect(order?.head.facts).toContain('网格（村）：小湖村　　村民小组：3组　　走访时间：2026-05-27 至 2026-05-31')
  expect(order?.head.facts).toContain('填报人：余老师')
  screen.unmount()
})
