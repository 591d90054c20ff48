import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { expect, test, vi } from 'vitest'
import type { OfficeState, VisitExport as Order } from '@/shared/bindings/desk'
import { makeI18n } from '@/shared/i18n'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import { useOffice } from '../office'
import VisitExport from './VisitExport.vue'

const orders: Order[] = []

vi.mock('@tauri-apps/api/core', () => ({
  invoke: (door: string, { args }: { args: { what: Order } }) => {
    if (door === 'choose') return Promise.resolve({ token: 'f1', name: '走访台账.xlsx' })
    orders.push(args.what)
    return Promise.resolve({ rows: 2 })
  },
}))
vi.mock('@tauri-apps/api/event', () => ({ listen: () => Promise.resolve(() => {}) }))

test('走访台账 has the columns of the paper form, who filled it in, and categories in words', async () => {
  const pinia = createPinia()
  useOffice(pinia).state = {
    agent: { id: 'a1', name: '余老师' },
    villages: [
      { code: '420704100201', name: '大湖村' },
      { code: '420704100202', name: '小湖村' },
    ],
  } as unknown as OfficeState
  const screen = mount(VisitExport, { global: { plugins: [pinia, makeI18n({ 'zh-CN': zh, en }, 'zh-CN')] } })
  await screen.findAll('button').at(-1)?.trigger('click')
  await flushPromises()
  const [order] = orders
  expect(order?.headings.slice(12)).toEqual(['办理结果', '回访情况', '走访人（2人）', '被访人签字', '备注'])
  expect(order?.words['category.alone']).toBe(zh['person_category.alone'])
  expect(order?.head.title).toBe('走访台账')
  expect(order?.head.facts).toContain('填报人：余老师')
  // Of two villages it names none.
  expect(order?.head.facts).not.toContain('大湖村')
  expect(screen.text()).toContain('已导出 2 条')
})
