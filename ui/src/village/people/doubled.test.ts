import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { DoubledPart } from '@/shared/bindings/desk'
import { makeI18n } from '@/shared/i18n'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import { card } from '../roll/samples'
import DoubledPage from './DoubledPage.vue'
import JoinDialog from './JoinDialog.vue'

const asked: { command: string; args: Record<string, unknown> }[] = []
let part: DoubledPart = { counts: [], total: 0, rows: [] }
/** As many as there are, told as the desk tells them: no more than 500 at once. */
let many = 0
const manyPairs = (offset: number, limit: number): DoubledPart => ({
  counts: [{ by: 'name_alone', pairs: many }],
  total: many,
  rows: Array.from({ length: Math.max(0, Math.min(limit, 500, many - offset)) }, (_, at) => ({
    one: card(`a${offset + at}`, `余${offset + at}`),
    same: card(`b${offset + at}`, `余${offset + at}`),
    by: 'name_alone' as const,
  })),
})
vi.mock('@tauri-apps/api/core', () => ({
  convertFileSrc: (path: string) => path,
  invoke: (_door: string, { command, args }: { command: string; args: Record<string, unknown> }) => {
    asked.push({ command, args })
    if (command === 'doubled_people')
      return Promise.resolve(many > 0 ? manyPairs(args.offset as number, args.limit as number) : part)
    if (command === 'alike_people') return Promise.resolve([])
    if (command === 'compare_people') {
      const [one, same] = [card('p1', '余桂英'), card('p-2', '余贵英')]
      return Promise.resolve({ one, same, one_cases: 2, same_cases: 0, fields: [] })
    }
    return Promise.reject({ code: 'internal', facts: {} })
  },
}))
vi.mock('@tauri-apps/api/event', () => ({ listen: () => Promise.resolve(() => {}) }))

const routes = [{ path: '/:rest(.*)', component: { render: () => null } }]
const i18n = makeI18n({ 'zh-CN': zh, en }, 'zh-CN')
beforeEach(() => {
  asked.length = 0
  many = 0
})
afterEach(() => (document.body.innerHTML = ''))

async function open() {
  const router = createRouter({ history: createMemoryHistory(), routes })
  const screen = mount(DoubledPage, { global: { plugins: [createPinia(), router, i18n] }, attachTo: document.body })
  await flushPromises()
  return { screen, router }
}

test('pairs stand by why, and one press leads to the two side by side', async () => {
  part = {
    counts: [
      { by: 'number', pairs: 1 },
      { by: 'sound_and_birth', pairs: 2 },
    ],
    total: 3,
    rows: [{ one: card('p1', '余桂英'), same: card('p-2', '余贵英'), by: 'number' }],
  }
  const { screen, router } = await open()
  expect(screen.get('.rows').text()).toContain('身份证号相同')
  expect(screen.text(), 'who was joined meanwhile is no reason to ask for more').not.toContain('再看一些')
  const chip = screen.findAll('button').find((one) => one.text().startsWith('姓名同音、出生日期相同'))!
  await chip.trigger('click')
  await flushPromises()
  expect(asked.at(-1)?.args).toEqual({ by: 'sound_and_birth', offset: 0, limit: 100 })
  await screen.get('[data-row]').trigger('click')
  await flushPromises()
  expect(router.currentRoute.value.fullPath).toBe('/people/p1?join=p-2')
  screen.unmount()
})

test('the list goes on beyond what is told at once, to its end, and says how far it is', async () => {
  many = 530
  const { screen } = await open()
  const rows = () => screen.element.querySelectorAll('.rows > li').length
  for (const shown of [100, 200, 300, 400, 500]) {
    expect(rows()).toBe(shown)
    expect(screen.get('.more').text()).toBe(`已显示 ${shown} 对，共 530 对，再看一些`)
    await screen.get('.more button').trigger('click')
    await flushPromises()
  }
  expect(rows()).toBe(many)
  expect(screen.find('.more').exists()).toBe(false)
  expect(asked.at(-1)?.args).toEqual({ by: null, offset: 500, limit: 100 })
  screen.unmount()
}, 30_000)

test('where nobody is doubled the page says so', async () => {
  part = { counts: [], total: 0, rows: [] }
  const { screen } = await open()
  expect(screen.text()).toContain('没有疑似重复的人')
  screen.unmount()
})

test('the one that was named is compared at once, also where the question is open from the beginning', async () => {
  const screen = mount(JoinDialog, {
    props: { modelValue: true, person: card('p1', '余桂英'), same: 'p-2' },
    global: { plugins: [createPinia(), i18n] },
    attachTo: document.body,
  })
  await flushPromises()
  expect(asked.find((one) => one.command === 'compare_people')?.args).toEqual({ one: 'p1', same: 'p-2' })
  expect(document.body.textContent).toContain('请逐项核对')
  screen.unmount()
})
