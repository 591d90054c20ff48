import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { makeI18n } from '@/shared/i18n'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import { useOffice } from '../office'
import LedgerDoor from './LedgerDoor.vue'
import { SAMPLE_CODE } from './samples'

type Answer = (args: Record<string, unknown>) => unknown
const PIN = '27182818'
const groups = SAMPLE_CODE.split(' ')
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

const refuse = (code: string, facts: object = {}) => {
  return () => {
    throw { code, facts }
  }
}
const door = (more: object = {}) => ({ has_keyring: true, tries_left: 10, recovery_numbers: ['48213'], ...more })
const of = (command: string) => asked.filter((one) => one.command === command).map((one) => one.args)

async function open() {
  const pinia = createPinia()
  const screen = mount(LedgerDoor, {
    global: { plugins: [pinia, makeI18n({ 'zh-CN': zh, en }, 'zh-CN')] },
    attachTo: document.body,
  })
  await flushPromises()
  return { screen, office: useOffice(pinia) }
}
async function press(screen: VueWrapper, words: string) {
  const button = screen.findAll('button').find((one) => one.text() === words)
  if (!button) throw new Error(`no button ${words}`)
  await button.trigger('click')
  await flushPromises()
}
async function submit(screen: VueWrapper) {
  await screen.get('form').trigger('submit')
  await flushPromises()
}
const fields = (screen: VueWrapper) => screen.findAll<HTMLInputElement>('.groups input')
async function typeCode(screen: VueWrapper, code = groups) {
  for (const [at, group] of code.entries()) await fields(screen)[at]?.setValue(group)
  await flushPromises()
}
async function typePin(screen: VueWrapper, pin = PIN) {
  for (const field of screen.findAll('.pin-field input')) await field.setValue(pin)
}

beforeEach(() => {
  asked.length = 0
  desk = {
    door_state: () => door(),
    recovery_agents: () => [{ id: 'a1', name: '余秀兰' }],
    recover: () => ({ ledger: 'open' }),
    sync_state: () => null,
  }
})
afterEach(() => void (document.body.innerHTML = ''))

test.each([
  [9, '还可以试 9 次', false],
  [6, '还可以试 6 次', false],
  [5, '口令就停用', true],
  [1, '口令就停用', true],
])('k2_after a wrong PIN it says that %d tries are left', async (left, words, warns) => {
  desk.sign_in = refuse('wrong_pin', { left })
  desk.door_state = () => door({ tries_left: left })
  const { screen } = await open()
  await screen.get('.pin-field input').setValue('11112222')
  await submit(screen)
  expect(screen.text()).toContain(words)
  expect(screen.text()).toContain(`还可以试 ${left} 次`)
  expect(screen.find('.warns').exists()).toBe(warns)
  expect(screen.get<HTMLInputElement>('.pin-field input').element.value).toBe('')
  screen.unmount()
})

test.each(['pin_locked', 'keyring_lost'])('k2_%s leads to the recovery page, which says why', async (code) => {
  desk.sign_in = refuse(code)
  const { screen } = await open()
  await screen.get('.pin-field input').setValue(PIN)
  await submit(screen)
  expect(screen.get('.numbers').text()).toContain('48213')
  expect(screen.get('.failure-note').text()).toContain(code === 'pin_locked' ? '已停用口令' : '系统密钥不见了')
  screen.unmount()
})

test('k2_where no try is left the recovery page comes first; behind it no PIN is asked for', async () => {
  desk.door_state = () => door({ tries_left: 0 })
  const { screen } = await open()
  expect(screen.get('.numbers').text()).toContain('48213')
  await press(screen, '返回')
  expect(screen.find('.pin-field').exists()).toBe(false)
  await press(screen, '用恢复码登录')
  expect(screen.find('.numbers').exists()).toBe(true)
  screen.unmount()
})

test('k1_a forgotten PIN: the code is typed, she is the only one, a new PIN signs her in', async () => {
  const { screen, office } = await open()
  await press(screen, '忘记口令？')
  expect(document.activeElement).toBe(fields(screen)[0]?.element)
  await typeCode(screen)
  expect(of('recovery_agents')).toEqual([{ code: SAMPLE_CODE }])
  expect(screen.get('[role="radio"]').attributes('aria-checked')).toBe('true')
  expect(document.activeElement).toBe(screen.get('.pin-field input').element)
  await typePin(screen)
  await submit(screen)
  expect(of('recover')).toEqual([{ code: SAMPLE_CODE, agent: 'a1', pin: PIN }])
  expect(office.isOpen).toBe(true)
  screen.unmount()
})

test('of several agents she says who she is before a PIN is set', async () => {
  desk.recovery_agents = () => [
    { id: 'a1', name: '余秀兰' },
    { id: 'a2', name: '王春生' },
  ]
  const { screen } = await open()
  await press(screen, '忘记口令？')
  await typeCode(screen)
  await typePin(screen)
  await submit(screen)
  expect(of('recover')).toEqual([])
  await press(screen, '王春生')
  await submit(screen)
  expect(of('recover')).toEqual([{ code: SAMPLE_CODE, agent: 'a2', pin: PIN }])
  screen.unmount()
})

test('a misheard group is marked at once, and nothing is asked with it', async () => {
  const { screen } = await open()
  await press(screen, '忘记口令？')
  const wrong = groups.map((group, at) => (at === 2 ? '11111' : group))
  await typeCode(screen, wrong)
  expect(fields(screen).map((field) => field.attributes('aria-invalid'))).toEqual(
    groups.map((_, at) => String(at === 2)),
  )
  expect(screen.get('#code-problem').text()).toContain('第 3 组不对')
  expect(of('recovery_agents')).toEqual([])
  screen.unmount()
})

test('what the ledger says of a group stands at that group, until it is typed anew', async () => {
  desk.recovery_agents = refuse('recovery_mistyped', { group: 4 })
  const { screen } = await open()
  await press(screen, '忘记口令？')
  await typeCode(screen)
  expect(screen.get('#code-problem').text()).toContain('第 4 组不对')
  expect(document.activeElement).toBe(fields(screen)[3]?.element)
  await fields(screen)[3]?.setValue('123')
  expect(screen.find('#code-problem.problem').exists()).toBe(false)
  screen.unmount()
})

test('a code that was used up is said where it is typed, also when that shows only with the new PIN', async () => {
  desk.recover = refuse('recovery_unknown')
  const { screen } = await open()
  await press(screen, '忘记口令？')
  await typeCode(screen)
  await typePin(screen)
  await submit(screen)
  expect(fields(screen)).toHaveLength(7)
  expect(screen.get('.failure-note').text()).toContain('这个恢复码打不开本台账')
  screen.unmount()
})

test('a PIN that the ledger finds weak is said at the PIN, and the code need not be typed again', async () => {
  desk.recover = refuse('weak_pin')
  const { screen } = await open()
  await press(screen, '忘记口令？')
  await typeCode(screen)
  await typePin(screen)
  await submit(screen)
  expect(screen.findAll('.pin-field')).toHaveLength(2)
  expect(screen.get('.failure-note').text()).toContain('口令太短或太容易猜到')
  screen.unmount()
})

test('nothing that was typed is kept once the page is left', async () => {
  const { screen } = await open()
  await press(screen, '忘记口令？')
  await typeCode(screen)
  await typePin(screen)
  await press(screen, '返回')
  expect(fields(screen).map((field) => field.element.value)).toEqual(groups)
  await press(screen, '返回')
  await press(screen, '忘记口令？')
  expect(fields(screen).map((field) => field.element.value)).toEqual(groups.map(() => ''))
  expect(location.href).not.toContain(groups[0])
  screen.unmount()
})

test('a pasted code fills all fields; Backspace goes back', async () => {
  const { screen } = await open()
  await press(screen, '忘记口令？')
  await fields(screen)[2]?.trigger('paste', { clipboardData: { getData: () => groups.join('-') } })
  await flushPromises()
  expect(of('recovery_agents')).toEqual([{ code: SAMPLE_CODE }])
  await press(screen, '返回')
  const last = fields(screen)[6]?.element as HTMLInputElement
  await fields(screen)[6]?.setValue('')
  last.setSelectionRange(0, 0)
  await fields(screen)[6]?.trigger('keydown', { key: 'Backspace' })
  await flushPromises()
  expect(document.activeElement).toBe(fields(screen)[5]?.element)
  expect(fields(screen)[5]?.element.value).toBe(groups[5]?.slice(0, 4))
  screen.unmount()
})

test('what is no digit does not stay in a field', async () => {
  const { screen } = await open()
  await press(screen, '忘记口令？')
  await fields(screen)[0]?.setValue('a')
  expect(fields(screen)[0]?.element.value).toBe('')
  await fields(screen)[0]?.setValue('１２')
  expect(fields(screen)[0]?.element.value).toBe('12')
  screen.unmount()
})

test('where the township has no code of this laptop, it says what to bring', async () => {
  desk.door_state = () => door({ recovery_numbers: [] })
  const { screen } = await open()
  await press(screen, '忘记口令？')
  expect(screen.text()).toContain('keys.json')
  expect(fields(screen)).toHaveLength(0)
  screen.unmount()
})

test('k1_on a machine without a keyring the new PIN is longer', async () => {
  desk.door_state = () => door({ has_keyring: false })
  const { screen } = await open()
  await press(screen, '忘记口令？')
  await typeCode(screen)
  expect(screen.text()).toContain('系统密钥环')
  await typePin(screen)
  expect(screen.text()).toContain('还不够 10 位')
  await submit(screen)
  expect(of('recover')).toEqual([])
  await typePin(screen, '大湖 稻谷 老槐树 石桥')
  await submit(screen)
  expect(of('recover')).toHaveLength(1)
  screen.unmount()
})

test('after it locked itself the door says so', async () => {
  const { screen, office } = await open()
  expect(screen.find('.locked').exists()).toBe(false)
  office.lockedItself = true
  await flushPromises()
  expect(screen.get('.locked').text()).toContain('已自动锁定')
  screen.unmount()
})
