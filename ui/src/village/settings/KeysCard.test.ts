import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { OfficeState } from '@/shared/bindings/desk'
import { makeI18n } from '@/shared/i18n'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import { useOffice } from '../office'
import KeysCard from './KeysCard.vue'

type Answer = (args: Record<string, unknown>) => unknown
const PIN = '27182818'
const asked: { command: string; args: Record<string, unknown> }[] = []
let desk: Record<string, Answer> = {}

vi.mock('@tauri-apps/api/core', () => ({
  convertFileSrc: (path: string) => path,
  invoke: (_door: string, { command, args }: { command: string; args: Record<string, unknown> }) => {
    asked.push({ command, args })
    const answer = desk[command]
    return answer ? Promise.resolve().then(() => answer(args)) : Promise.reject({ code: 'internal', facts: {} })
  },
}))
vi.mock('@tauri-apps/api/event', () => ({ listen: () => Promise.resolve(() => {}) }))

const line = (id: string, name: string, isMe = false) => ({ agent: { id, name }, is_me: isMe, has_keyring: true })
const keys = (more: object = {}) => ({
  agents: [line('a1', '余秀兰', true), line('a2', '王春生')],
  has_keyring: true,
  escrow_deposited: true,
  recovery_numbers: ['48213'],
  is_rotating: false,
  ...more,
})
const of = (command: string) => asked.filter((one) => one.command === command).map((one) => one.args)
const dialog = () => document.querySelector<HTMLElement>('.el-dialog') as HTMLElement

const router = createRouter({
  history: createMemoryHistory(),
  routes: [{ path: '/:rest(.*)', component: { render: () => null } }],
})
async function open(enrolled = false) {
  const pinia = createPinia()
  useOffice(pinia).state = { enrolled, villages: [] } as unknown as OfficeState
  const screen = mount(KeysCard, {
    global: { plugins: [pinia, router, makeI18n({ 'zh-CN': zh, en }, 'zh-CN')] },
    attachTo: document.body,
  })
  await flushPromises()
  return screen
}
async function press(screen: VueWrapper, words: string) {
  const button = screen.findAll('button').find((one) => one.text().startsWith(words))
  await button?.trigger('click')
  await flushPromises()
}
async function type(at: number, text: string) {
  const input = dialog().querySelectorAll('input')[at] as HTMLInputElement
  input.value = text
  input.dispatchEvent(new Event('input'))
  await flushPromises()
}
async function act() {
  dialog().querySelector<HTMLElement>('.dialog-acts .el-button:last-child')?.click()
  await flushPromises()
}

beforeEach(() => {
  asked.length = 0
  desk = { key_state: () => keys(), handovers: () => [], today: () => null, sync_state: () => null }
})
afterEach(() => void (document.body.innerHTML = ''))

test.each([
  ['the township can help', {}, '恢复编号 48213'],
  ['it cannot yet', { escrow_deposited: false }, '还没有接入乡镇中心'],
  ['no code of this laptop is left', { recovery_numbers: [] }, '还没有接入乡镇中心'],
  ['the data key is being changed', { is_rotating: true }, '正在更换数据密钥'],
  ['there is no keyring', { has_keyring: false }, '没有系统密钥环'],
])('k1_%s: the card says so', async (_, more, words) => {
  desk.key_state = () => keys(more)
  const screen = await open()
  expect(screen.text()).toContain(words)
  screen.unmount()
})

test('her own line is marked and offers the PIN, the others offer that somebody leaves', async () => {
  const screen = await open()
  const lines = screen.findAll('.agents li').map((one) => one.text())
  expect(lines[0]).toContain('余秀兰本人')
  expect(lines[0]).toContain('修改口令')
  expect(lines[0]).not.toContain('离岗')
  expect(lines[1]).toContain('离岗')
  screen.unmount()
})

test('k1_changing her PIN: a wrong present one is said at its field with the tries that are left', async () => {
  desk.change_pin = () => {
    throw { code: 'wrong_pin', facts: { left: 7 } }
  }
  const screen = await open()
  await press(screen, '修改口令')
  await type(0, '11112222')
  await type(1, PIN)
  await type(2, PIN)
  await act()
  expect(of('change_pin')).toEqual([{ present: '11112222', new: PIN }])
  expect(dialog().textContent).toContain('现在的口令不对。 还可以试 7 次')
  expect(dialog().querySelectorAll('input')[0]?.value).toBe('')
  desk.change_pin = () => null
  await type(0, '31415926')
  await act()
  expect(of('change_pin')).toHaveLength(2)
  expect(screen.text()).toContain('口令已改')
  screen.unmount()
})

test('k3_an agent is added with a name and a PIN of her own; a PIN that is taken is said', async () => {
  desk.add_agent = () => {
    throw { code: 'pin_taken', facts: {} }
  }
  const screen = await open()
  await press(screen, '增加帮代办员')
  expect(dialog().textContent).toContain('互相看得到对方的办件和走访')
  await type(0, ' 李建国 ')
  await type(1, PIN)
  await type(2, PIN)
  await act()
  expect(of('add_agent')).toEqual([{ name: '李建国', pin: PIN }])
  expect(dialog().textContent).toContain('已经有人')
  desk.add_agent = () => keys({ agents: [line('a1', '余秀兰', true), line('a3', '李建国')] })
  await act()
  expect(screen.text()).toContain('已增加李建国')
  screen.unmount()
})

test('k2_before somebody leaves it says what happens; afterwards what is to be done', async () => {
  desk.remove_agent = () => keys({ agents: [line('a1', '余秀兰', true)], is_rotating: true })
  const screen = await open()
  await press(screen, '离岗')
  expect(dialog().textContent).toContain('王春生离岗')
  expect(dialog().textContent).toContain('打不开')
  expect(dialog().textContent).toContain('都留着')
  expect(of('remove_agent')).toEqual([])
  await act()
  expect(of('remove_agent')).toEqual([{ agent: 'a2' }])
  expect(screen.text()).toContain('王春生已离岗')
  expect(screen.text()).toContain('重新登录')
  screen.unmount()
})

test('once the laptop has joined a township, leaving is a hand-over: her own, and that of another agent', async () => {
  const screen = await open(true)
  const [mine, other] = screen.findAll('.agents li')
  await mine?.get('.word-button').trigger('click')
  await flushPromises()
  expect(router.currentRoute.value.path).toBe('/handover/a1')
  await other?.get('.word-button').trigger('click')
  await flushPromises()
  expect(router.currentRoute.value.path).toBe('/handover/a2')
  expect(dialog()).toBeNull()
  expect(of('remove_agent')).toEqual([])
  screen.unmount()
})

test('hand-overs that were made stand below the agents, where there are any', async () => {
  const none = await open(true)
  expect(none.text()).not.toContain('交接记录')
  none.unmount()
  desk.handovers = () => [
    { id: 'h1', from: '王春生', to: '余秀兰', at: '2026-11-26T10:42:00+08:00', village: '大湖村', cases: 3 },
  ]
  const screen = await open(true)
  const line = screen.get('.handovers li')
  expect(line.text()).toContain('王春生 → 余秀兰')
  expect(line.text()).toContain('大湖村')
  expect(line.get('a').attributes('href')).toBe('/handovers/h1')
  screen.unmount()
})
