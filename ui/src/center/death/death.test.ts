import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { Failure } from '@/shared/failure'
import { makeI18n } from '@/shared/i18n'
import zh from '@i18n/console.zh-CN.json'
import en from '@i18n/console.en.json'
import DeathDialog from './DeathDialog.vue'

const asked = vi.hoisted(() => ({ list: [] as unknown[], answer: (): unknown => ({ lines: [], more: false }) }))
vi.mock('../ask', () => ({
  ask: (path: string, args: unknown) => {
    asked.list.push([path, args])
    return Promise.resolve().then(asked.answer)
  },
}))

const line = (change = {}) => ({
  person: { id: 'p1', name: '余桂英', id_masked: '4207**********0013', sex: '女' as const, age: 85 },
  village: '大湖村',
  died_on: '2026-02-25',
  noted_by: '周小琴',
  noted_on: '2026-03-01',
  received_on: '2026-03-02',
  days_open: 3,
  case: null as string | null,
  ...change,
})
async function open(mayAnswer: boolean, change = {}) {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:rest(.*)', component: { render: () => null } }],
  })
  const dialog = mount(DeathDialog, {
    props: { modelValue: true, line: line(change), mayAnswer },
    global: { plugins: [createPinia(), router, makeI18n({ 'zh-CN': zh, en }, 'zh-CN')] },
    attachTo: document.body,
  })
  await flushPromises()
  return { dialog, router }
}
const button = (name: string) =>
  [...document.querySelectorAll<HTMLButtonElement>('button')].filter((one) => one.textContent?.trim() === name).at(-1)
async function press(name: string): Promise<void> {
  const found = button(name)
  if (!found) throw new Error(`no button ${name}`)
  found.click()
  await flushPromises()
}
beforeEach(() => {
  asked.list = []
  asked.answer = () => ({ lines: [], more: false })
})
afterEach(() => {
  document.body.innerHTML = ''
})

test('whoever confirms answers: nothing is chosen for her, and what follows is said', async () => {
  const { dialog } = await open(true)
  expect(document.body.textContent).toContain('周小琴')
  expect(button(zh['deaths.answer'])?.disabled, 'nothing is chosen yet').toBe(true)
  const radio = [...document.querySelectorAll<HTMLElement>('[role=radio]')].find(
    (one) => one.textContent?.trim() === zh['death.act.true'],
  )
  radio?.click()
  await flushPromises()
  expect(document.body.textContent).toContain(zh['deaths.text.true'])
  expect(document.body.textContent, 'no case: what to do about benefits').toContain(zh['deaths.next_none'])
  await press(zh['death.act.true'])
  expect(asked.list).toEqual([['death/verify', { person: 'p1', is_true: true }]])
  expect(dialog.emitted('answered')).toEqual([[{ lines: [], more: false }]])
  dialog.unmount()
})

test('what was answered meanwhile is said, and the dialog stays', async () => {
  const { dialog } = await open(true, { case: 'c1' })
  asked.answer = () => {
    throw new Failure('case_stage')
  }
  const [, no] = document.querySelectorAll<HTMLElement>('[role=radio]')
  no?.click()
  await flushPromises()
  await press(zh['death.act.false'])
  expect(document.querySelector('.failure-note')).not.toBeNull()
  expect(dialog.emitted('answered')).toBeUndefined()
  dialog.unmount()
})

test('others read who answers, and come to the case where there is one', async () => {
  const { dialog, router } = await open(false, { case: 'c1' })
  expect(document.body.textContent).toContain(zh['deaths.who_answers'])
  expect(document.querySelector('[role=radio]')).toBeNull()
  await press(zh['due.open'])
  expect(asked.list).toEqual([])
  expect(router.currentRoute.value.fullPath).toBe('/cases/c1')
  dialog.unmount()
})
