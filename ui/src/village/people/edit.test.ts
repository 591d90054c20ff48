import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { PersonView } from '@/shared/bindings/desk'
import { makeI18n } from '@/shared/i18n'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import { card } from '../roll/samples'
import { useUndo } from '../undo'
import EditDialog from './EditDialog.vue'

type Answer = (args: Record<string, unknown>) => unknown
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

const i18n = makeI18n({ 'zh-CN': zh, en }, 'zh-CN')
const roster = { words: '', basis: '', since: null, until: null, over: false, line: null }
const view = (): PersonView => ({
  person: card('p1', '余桂英'),
  household: null,
  benefits: [],
  pages: [],
  categories: [{ ...roster, code: 'elderly' }],
  cases: [],
  household_cases: [],
  visits: [],
  timeline: [],
  open: [],
  settled: [],
})
const told = (command: string) =>
  asked
    .filter((one) => one.command === command)
    .map(({ args }) => {
      const fields = Object.entries(args.fields as object).filter(([, value]) => value !== null && value !== false)
      return Object.fromEntries(fields) as Record<string, unknown>
    })

async function open(props: Record<string, unknown>) {
  const pinia = createPinia()
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:rest(.*)', component: { render: () => null } }],
  })
  const screen = mount(EditDialog, {
    props: { modelValue: true, ...props },
    global: { plugins: [pinia, router, i18n] },
    attachTo: document.body,
  })
  await flushPromises()
  return { screen, router, undo: useUndo(pinia) }
}
const field = (name: string) => document.getElementById(`edit-${name}`) as HTMLInputElement
async function type(name: string, text: string): Promise<void> {
  field(name).value = text
  field(name).dispatchEvent(new Event('input'))
  await flushPromises()
}
async function enter(composing = false): Promise<void> {
  const press = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, isComposing: composing })
  field('name').dispatchEvent(press)
  await flushPromises()
}
async function press(name: string): Promise<void> {
  const buttons = [...document.querySelectorAll<HTMLButtonElement>('button')]
  const found = buttons.filter((one) => one.textContent?.trim() === name).at(-1)
  if (!found) throw new Error(`no button ${name}`)
  found.click()
  await flushPromises()
}

beforeEach(() => {
  asked.length = 0
  desk = {
    relation_words: () => ['户主', '母亲'],
    add_person: () => view(),
    record_person: () => view(),
    alike_people: () => [],
    reveal_person: () => ({ id_number: 'former-number', phone: 'former-phone' }),
  }
})
afterEach(() => {
  document.body.innerHTML = ''
})

test('a correction tells what was altered alone, and one press writes the former values back', async () => {
  const { screen, undo } = await open({ view: view() })
  expect(field('name').value).toBe('余桂英')
  expect(field('id_number').value, 'numbers are masked').toBe('')
  expect(field('id_number').placeholder).toBe('4207**********002X')
  await enter()
  expect(told('record_person'), 'nothing was altered').toEqual([])
  await type('address', '大湖村1组1号')
  await type('phone', '138 0000 0000')
  await enter(true)
  expect(told('record_person'), 'Enter that ends a word of pinyin').toEqual([])
  await enter()
  expect(told('record_person')).toEqual([{ address: '大湖村1组1号', phone: '138 0000 0000' }])
  expect(screen.emitted('recorded')).toHaveLength(1)
  expect(undo.done?.words).toBe('已更正余桂英的资料')
  await undo.takeBack()
  expect(told('record_person')[1]).toEqual({ address: '大湖村3组12号', phone: 'former-phone' })
  screen.unmount()
})

test('what is wrong stands beside its field, and another’s number leads to her record', async () => {
  const { screen, router } = await open({ view: view() })
  desk.record_person = () =>
    Promise.reject({ code: 'person_wrong', facts: { path: 'id_number', problem: 'check_digit', expected: '6' } })
  await type('id_number', '420704194203150027')
  await enter()
  expect(document.getElementById('edit-id_number-wrong')?.textContent).toBe('校验位不对，应为 6')
  expect(field('id_number').getAttribute('aria-invalid')).toBe('true')
  expect(document.querySelector('.failure-note')).toBeNull()
  desk.record_person = () => Promise.reject({ code: 'person_known', facts: { person: 'p2' } })
  await enter()
  expect(document.getElementById('edit-id_number-wrong')).toBeNull()
  expect(document.body.textContent).toContain('台账里已经有这个人')
  await press(zh['edit.open_known'])
  expect(router.currentRoute.value.fullPath).toBe('/people/p2')
  screen.unmount()
})

test('somebody new: a new household has to be said, and whoever is alike is shown', async () => {
  const { screen, router, undo } = await open({})
  expect(document.body.textContent).toContain(zh['edit.kept'])
  desk.add_person = () => Promise.reject({ code: 'household_unknown', facts: {} })
  await type('name', '余桂英')
  await enter()
  expect(told('add_person'), 'the household is to be named').toEqual([])
  await type('household_no', 'H9')
  await enter()
  expect(document.getElementById('edit-household_no-wrong')?.textContent).toBe(zh['edit.household_unknown'])
  const tick = [...document.querySelectorAll('label')].find((one) => one.textContent === zh['edit.new_household'])
  tick?.querySelector('input')?.click()
  desk.add_person = () => view()
  desk.alike_people = () => [{ person: card('p2', '余贵英'), by: 'sound_and_birth' }]
  await enter()
  expect(told('add_person')[1]).toEqual({ name: '余桂英', household_no: 'H9', new_household: true })
  expect(document.body.textContent).toContain(zh['edit.alike'])
  expect(document.body.textContent).toContain('姓名同音、出生日期相同')
  expect(undo.done, 'a record is never deleted').toBeNull()
  await press(zh['edit.compare'])
  expect(router.currentRoute.value.fullPath).toBe('/people/p1?join=1')
  screen.unmount()
})

test('in a household its number and address stand there already', async () => {
  const { screen, router } = await open({ householdNo: 'H1', address: '大湖村3组12号' })
  await type('name', '余小宝')
  await enter()
  expect(told('add_person')).toEqual([{ name: '余小宝', household_no: 'H1', address: '大湖村3组12号' }])
  expect(router.currentRoute.value.fullPath).toBe('/people/p1')
  screen.unmount()
})

test('a telephone is cleared plainly, an identity number after a question, and both come back by one press', async () => {
  const filled = { ...view(), person: { ...card('p1', '余桂英'), phone_masked: '139****0000' } }
  const { screen, undo } = await open({ view: filled })
  const clear = (name: string) =>
    [...document.querySelectorAll<HTMLButtonElement>('button')].find((one) => one.getAttribute('aria-label') === name)
  clear('清空电话')?.click()
  await flushPromises()
  expect(field('phone').disabled).toBe(true)
  clear('不清空电话')?.click()
  await flushPromises()
  expect(field('phone').disabled, 'she thought better of it').toBe(false)
  clear('清空电话')?.click()
  clear('清空身份证号')?.click()
  await flushPromises()
  expect(field('id_number').disabled, 'it is asked about first').toBe(false)
  expect(document.body.textContent).toContain('清空余桂英的身份证号 4207**********002X？')
  await press(zh['edit.clear_number_act'])
  expect(field('id_number').disabled).toBe(true)
  await enter()
  expect(told('record_person')).toEqual([{ id_number: '', phone: '' }])
  await undo.takeBack()
  expect(told('record_person')[1]).toEqual({ id_number: 'former-number', phone: 'former-phone' })
  screen.unmount()
})
