import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import type { VisitNotes, VisitView } from '@/shared/bindings/desk'
import { makeI18n } from '@/shared/i18n'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import { useNewCase } from '../office'
import { visitView } from '../roll/samples'
import { useUndo } from '../undo'
import VisitPane from './VisitPane.vue'
import { EMPTY_NOTES } from './words'

type Answer = (args: Record<string, unknown>) => unknown
const asked: { command: string; args: Record<string, unknown> }[] = []
let desk: Record<string, Answer> = {}
let router: Router

vi.mock('@tauri-apps/api/core', () => ({
  convertFileSrc: (path: string) => `photo://localhost/${path}`,
  invoke: (_door: string, { command, args }: { command: string; args: Record<string, unknown> }) => {
    asked.push({ command, args })
    const answer = desk[command]
    return answer ? Promise.resolve().then(() => answer(args)) : Promise.reject({ code: 'internal', facts: {} })
  },
}))
vi.mock('@tauri-apps/api/event', () => ({ listen: () => Promise.resolve(() => {}) }))

/** What the desk has of the visit, and of its further needs. */
let kept: VisitView
const noted = (change: Partial<VisitNotes>): VisitNotes => ({ ...EMPTY_NOTES, ...change })
function save({ visit, notes }: { visit?: unknown; notes?: unknown }): VisitView {
  if (visit === 'v1') kept = { ...kept, notes: notes as VisitNotes, has_draft: true }
  else kept = { ...kept, further: [{ id: visit as string, notes: notes as VisitNotes }], has_draft: true }
  return kept
}
const sent = (command: string) => asked.filter((one) => one.command === command).map(({ args }) => args)

async function open(id = 'v1') {
  await router.push(`/visits/${id}`)
  const screen = mount(VisitPane, {
    props: { id },
    global: { plugins: [createPinia(), router, makeI18n({ 'zh-CN': zh, en }, 'zh-CN')] },
    attachTo: document.body,
  })
  await flushPromises()
  return screen
}
const settle = async () => {
  vi.runAllTimers()
  await flushPromises()
}

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-28T12:00:00Z'), toFake: ['Date', 'setTimeout', 'clearTimeout'] })
  asked.length = 0
  kept = visitView('v1', 'h1', null)
  kept.visit.started_at = '2026-11-28T10:00:00+08:00'
  desk = {
    show_visit: () => kept,
    save_visit_draft: save,
    begin_need: () => (kept = { ...kept, further: [{ id: 'n1', notes: noted({}) }] }),
    record_visit: () => (kept = { ...kept, is_recorded: true, has_draft: false }),
    registers: () => [],
  }
  router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:rest(.*)', component: { render: () => null } }],
  })
})
afterEach(() => {
  document.body.innerHTML = ''
  vi.useRealTimers()
})

test('a visit of another day says so, and only a good day is kept', async () => {
  const screen = await open()
  const day = screen.get('.date-field input')
  expect((day.element as HTMLInputElement).value).toBe('2026-11-28')
  await day.setValue('2026-11-27')
  await settle()
  expect(sent('save_visit_draft').at(-1)).toMatchObject({ visit: 'v1', notes: { visited_on: '2026-11-27' } })
  expect(screen.text()).toContain('补录')
  await day.setValue('2026-11-29')
  await settle()
  expect(screen.text()).toContain(zh['visit.day_wrong'])
  expect(sent('save_visit_draft')).toHaveLength(1)
  await day.setValue('2026-11-28')
  await settle()
  expect(sent('save_visit_draft').at(-1)).toMatchObject({ notes: { visited_on: '' } })
  screen.unmount()
})

test('a visit that was begun days ago and is written down later is 补录 of the day on which it is written', async () => {
  // Begun the day before, nothing written yet: it is written today.
  kept.visit.started_at = '2026-11-27T10:00:00+08:00'
  let screen = await open()
  expect(screen.text()).toContain(zh['visit.late'].replace('{day}', '11月28日'))
  screen.unmount()
  // Written on the day itself.
  kept = { ...kept, is_recorded: true, visit: { ...kept.visit, noted: '2026-11-27' } }
  screen = await open()
  expect(screen.text()).not.toContain('补录')
  screen.unmount()
})

test('a further need is begun, saved by itself and recorded with the visit', async () => {
  kept.notes = noted({ result: 'met', met: ['p1'], need: '想要护理床' })
  const screen = await open()
  const add = screen.findAll('button').find((one) => one.text() === zh['visit.add_need'])
  await add?.trigger('click')
  await settle()
  const field = screen.get('[data-further] textarea')
  expect(document.activeElement).toBe(field.element)
  expect(screen.text(), 'one empty need is enough').not.toContain(zh['visit.add_need'])
  await field.setValue('社保卡没有激活')
  const record = screen.findAll('button').find((one) => one.text() === zh['visit.record'])
  await record?.trigger('click')
  await settle()
  expect(sent('save_visit_draft')).toMatchObject([{ visit: 'n1', notes: { need: '社保卡没有激活' } }])
  expect(sent('record_visit')).toMatchObject([{ visit: 'v1', notes: { need: '想要护理床' } }])
  screen.unmount()
})

test('an answer about one need says nothing older of the others', async () => {
  kept.notes = noted({ result: 'met', need: '想要护理床' })
  kept.further = [{ id: 'n1', notes: noted({ need: '社保卡' }) }]
  let late: (() => void) | null = null
  const screen = await open()
  const old = kept
  desk.save_visit_draft = async (args) => {
    if (args.visit !== 'v1') return save(args)
    await new Promise<void>((done) => (late = done))
    return { ...old, notes: args.notes as VisitNotes }
  }
  await screen.findAll('textarea')[0]?.setValue('身体好')
  await screen.get('[data-further] textarea').setValue('社保卡没有激活')
  await settle()
  ;(late as (() => void) | null)?.()
  await settle()
  expect((screen.get('[data-further] textarea').element as HTMLTextAreaElement).value).toBe('社保卡没有激活')
  screen.unmount()
})

test('nothing is begun at a visit that is void, and what is taken back elsewhere is shown', async () => {
  kept.notes = noted({ result: 'met', met: ['p1'], need: '想要护理床' })
  kept = { ...kept, is_recorded: true, visit: { ...kept.visit, void: '走错了户' } }
  const screen = await open()
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'z', bubbles: true }))
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 's', bubbles: true }))
  await settle()
  expect(useNewCase().asked).toBeNull()
  expect(sent('begin_line')).toEqual([])
  const undo = useUndo()
  undo.offer('走访已作废', async () => {
    kept = { ...kept, visit: { ...kept.visit, void: '' } }
    await Promise.resolve()
  })
  await undo.takeBack()
  await flushPromises()
  expect(screen.find('.columns').attributes('inert')).toBeUndefined()
  screen.unmount()
})

test('what was found at a visit leads to the visit', async () => {
  const screen = await open('n1')
  expect(router.currentRoute.value.path).toBe('/visits/v1')
  screen.unmount()
})

test('where two are wanted the visit says that nobody came along', async () => {
  kept = { ...kept, wants_two: true, notes: noted({ result: 'met', met: ['p1'] }) }
  const screen = await open()
  expect(screen.text()).toContain(zh['visit.lacks_second'])
  kept = { ...kept, notes: noted({ result: 'met', met: ['p1'], companions: '王主任' }) }
  screen.unmount()
  const other = await open()
  expect(other.text()).not.toContain(zh['visit.lacks_second'])
  other.unmount()
})

test('care at home is ordered at the door, for whoever was met', async () => {
  desk.registers = () => [{ code: 'DJ_YANGLAO', is_open: true }]
  desk.begin_line = () => ({ row: { id: 'l1' } })
  kept.notes = noted({ result: 'met', met: ['p1'] })
  const screen = await open()
  expect(screen.findAll('kbd').map((one) => one.text())).toContain('Y')
  await screen
    .findAll('button')
    .find((one) => one.text() === '登记居家服务')!
    .trigger('click')
  await settle()
  expect(sent('begin_line')).toMatchObject([{ register: 'DJ_YANGLAO', person: 'p1' }])
  screen.unmount()
})

test('at a void visit only keys that do something are named', async () => {
  desk.registers = () => [{ code: 'DJ_ZILIAO', is_open: true }]
  const keys = (screen: Awaited<ReturnType<typeof open>>) => screen.findAll('kbd').map((one) => one.text())
  kept.notes = noted({ result: 'met', met: ['p1'], need: '想要护理床' })
  const screen = await open()
  expect(keys(screen)).toEqual(expect.arrayContaining(['N', 'S', 'Z', 'Esc']))
  screen.unmount()
  kept = { ...kept, is_recorded: true, visit: { ...kept.visit, void: '走错了户' } }
  const again = await open()
  expect(keys(again)).toEqual(['Esc'])
  again.unmount()
})
