import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import type { ComponentOptions } from 'vue'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter, RouterView, type Router } from 'vue-router'
import type { OfficeState, PaperRow, RollRow, VisitNotes } from '@/shared/bindings/desk'
import { makeI18n } from '@/shared/i18n'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import { useNewCase, useOffice } from '../../office'
import { lineRow, lineView } from '../../register/samples'
import { flushAll } from '../../saving'
import { EMPTY_NOTES } from '../../visit/words'
import RollPanel from '../RollPanel.vue'
import { card, personRow, rollRow, rollView, visitView } from '../samples'
import { COLUMNS, type Column } from './cells'
import GridPage from './GridPage.vue'

type Answer = (args: Record<string, unknown>) => unknown
const asked: { command: string; args: Record<string, unknown> }[] = []
let desk: Record<string, Answer> = {}
let router: Router
let rows: RollRow[] = []

vi.mock('@tauri-apps/api/core', () => ({
  convertFileSrc: (path: string) => `photo://localhost/${path}`,
  invoke: (_door: string, { command, args }: { command: string; args: Record<string, unknown> }) => {
    asked.push({ command, args })
    const answer = desk[command]
    return answer ? Promise.resolve().then(() => answer(args)) : Promise.reject({ code: 'internal', facts: {} })
  },
}))
vi.mock('@tauri-apps/api/event', () => ({ listen: () => Promise.resolve(() => {}) }))

const written = () => asked.filter(({ command }) => command === 'write_visit').map(({ args }) => args.row as PaperRow)
const at = (column: Column) => COLUMNS.indexOf(column)
const [RESULT, MET, LEAFLETS, NEED] = [at('result'), at('met'), at('leaflets'), at('need')]
const [DUE, COMPANIONS, NOTE] = [at('need_due'), at('companions'), at('note')]
const cell = (row: number, column: number) =>
  document.querySelector<HTMLInputElement>(`[data-at="${row}"] [data-column="${column}"]`)!
const line = (row: number) => document.querySelector(`[data-at="${row}"]`)?.textContent ?? ''
const here = () => {
  const at = document.activeElement as HTMLElement | null
  return [Number(at?.closest<HTMLElement>('[data-at]')?.dataset.at), Number(at?.dataset.column)]
}
/** What the desk answers to a row. */
const writes: Answer = ({ row }) => {
  const { household, notes } = row as PaperRow
  const view = visitView(`v-${household}`, household, 'l1')
  const visit = { ...view.visit, started_at: '2026-11-28T20:00:00+08:00', result: notes.result }
  return { ...view, visit, notes, is_recorded: true, has_draft: false }
}

async function open(mixins: ComponentOptions[] = []) {
  const pinia = createPinia()
  useOffice(pinia).state = { ledger: 'open', villages: [{ code: '420704100201', name: '大湖村' }] } as OfficeState
  await router.push('/rounds/l1/grid')
  const screen = mount(RouterView, {
    global: { mixins, plugins: [pinia, router, makeI18n({ 'zh-CN': zh, en }, 'zh-CN')] },
    attachTo: document.body,
  })
  await flushPromises()
  return screen
}
async function press(key: string, more: KeyboardEventInit = {}) {
  const at = document.activeElement ?? document.body
  at.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }))
  await flushPromises()
}
async function type(row: number, column: number, text: string) {
  cell(row, column).focus()
  cell(row, column).value = text
  cell(row, column).dispatchEvent(new Event('input', { bubbles: true }))
  await flushPromises()
}
const dialog = () => document.querySelector('.el-dialog')

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-28T12:00:00Z'), toFake: ['Date'] })
  asked.length = 0
  rows = ['a', 'b', 'c', 'd'].map((id) => rollRow(id))
  desk = {
    show_roll: () => rollView(rows),
    show_line: () => lineView({ row: lineRow({ title: '十一月走访' }) }),
    write_visit: writes,
    sync_state: () => null,
    today: () => null,
  }
  router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/rounds/:id/grid', component: GridPage, props: true },
      { path: '/:rest(.*)', component: { render: () => null } },
    ],
  })
  Element.prototype.scrollIntoView = () => {}
})
afterEach(() => {
  document.body.innerHTML = ''
  vi.useRealTimers()
})

test('1 Enter in three rows records three households, in their order', async () => {
  const screen = await open()
  expect(screen.text()).toContain('十一月走访')
  expect(here()).toEqual([0, RESULT])
  for (const row of [1, 2, 3]) {
    await press('1')
    await press('Enter')
    expect(here()).toEqual([row, RESULT])
  }
  const notes = { ...EMPTY_NOTES, result: 'met' }
  expect(written()).toEqual(
    ['a', 'b', 'c'].map((household) => ({ household, round: 'l1', visit: null, before: EMPTY_NOTES, notes })),
  )
  expect(line(0)).toContain(zh['grid.recorded'])
  expect(line(0)).not.toContain(zh['line.late'])
  expect(screen.get('.page-head').text()).toContain('已录 3 / 共 4')
  // The last row is recorded where she stays in it.
  await press('4')
  await press('Enter')
  expect(written().at(-1)).toMatchObject({ household: 'd', notes: { result: 'away' } })
  // Nothing new, nothing recorded.
  await press('Enter')
  await press('ArrowUp')
  expect(written()).toHaveLength(4)
  screen.unmount()
})

test('a slow ledger gets one row at a time, and what is typed meanwhile after it', async () => {
  const waiting: (() => void)[] = []
  desk.write_visit = async (args) => {
    await new Promise<void>((done) => waiting.push(done))
    return writes(args)
  }
  const screen = await open()
  await press('1')
  await press('Enter')
  await press('2')
  await press('Enter')
  expect(written().map(({ household }) => household)).toEqual(['a'])
  expect(line(0)).toContain(zh['saved.busy'])
  expect(line(1)).toContain(zh['grid.waits'])
  await type(0, NOTE, '身体好')
  waiting.shift()?.()
  await flushPromises()
  expect(cell(0, NOTE).value).toBe('身体好')
  waiting.shift()?.()
  await flushPromises()
  cell(2, RESULT).focus()
  await flushPromises()
  waiting.shift()?.()
  await flushPromises()
  expect(written().map(({ household, notes }) => [household, notes.note])).toEqual([
    ['a', ''],
    ['b', ''],
    ['a', '身体好'],
  ])
  screen.unmount()
})

test('nothing is recorded without a result; Escape takes the row back', async () => {
  const screen = await open()
  await type(0, NEED, '修路')
  await press('ArrowDown')
  expect(here()).toEqual([1, NEED])
  expect(written()).toEqual([])
  expect(line(0)).toContain(zh['grid.no_result'])
  await press('ArrowUp')
  await press('Escape')
  expect(cell(0, NEED).value).toBe('')
  expect(line(0)).not.toContain(zh['grid.no_result'])
  expect(here()).toEqual([0, NEED])
  await press('ArrowDown')
  expect(written()).toEqual([])
  screen.unmount()
})

test('who cannot apply is ticked by a key, and the need becomes a case from its row', async () => {
  const screen = await open()
  await press('1')
  await type(0, NEED, '想办低保，不识字')
  const tick = at('cannot_apply')
  cell(0, tick).focus()
  await press('1')
  expect(cell(0, tick).checked).toBe(true)
  await press('Delete')
  expect(cell(0, tick).checked).toBe(false)
  await press(' ')
  expect(cell(0, tick).checked).toBe(true)
  // By the mouse as well, and filled down as any other cell.
  cell(1, tick).click()
  cell(1, tick).click()
  await flushPromises()
  expect(cell(1, tick).checked).toBe(false)
  cell(1, tick).focus()
  await press('d', { ctrlKey: true })
  expect(cell(1, tick).checked).toBe(true)
  await press('Escape')
  expect(written().map(({ notes }) => [notes.need, notes.cannot_apply])).toEqual([['想办低保，不识字', true]])
  const person = card('p1', '余桂英')
  desk.show_visit = () => ({ household: { registered: [person], living_together: [{ person, relation: '母亲' }] } })
  expect(line(0)).not.toContain(zh['visit.turn'])
  cell(0, NEED).focus()
  await flushPromises()
  expect(line(0)).toContain(zh['visit.turn'])
  const turn = [...document.querySelectorAll<HTMLButtonElement>('[data-at="0"] button')]
  turn.find((one) => one.textContent?.includes(zh['visit.turn']))?.click()
  await flushPromises()
  expect(asked.at(-1)).toEqual({ command: 'show_visit', args: { visit: 'v-a' } })
  expect(useNewCase().asked).toEqual({ people: [person], visit: 'v-a', turnsNeed: true })
  screen.unmount()
})

test('what a row has beside the columns is kept', async () => {
  const notes: VisitNotes = {
    ...EMPTY_NOTES,
    result: 'met',
    met: ['p1'],
    companions: '王主任',
    need: '修路',
    need_office: '村委会',
    leaflets: 1,
    visited_on: '2026-11-20',
  }
  rows[0] = rollRow('a', { visit: 'v1', result: 'met', visited_at: '2026-11-21T10:00:00+08:00', notes })
  const screen = await open()
  expect(here(), 'the first row without a result').toEqual([1, RESULT])
  expect(cell(0, NEED).value).toBe('修路')
  expect(line(0)).toContain('补录')
  await type(0, LEAFLETS, '3')
  await press('Enter')
  expect(written()).toEqual([
    { household: 'a', round: 'l1', visit: 'v1', before: notes, notes: { ...notes, leaflets: 3 } },
  ])
  // Who came along last is thought to come along again.
  await press('1')
  await press('Enter')
  expect(written()[1]?.notes).toEqual({ ...EMPTY_NOTES, result: 'met', companions: '王主任' })
  screen.unmount()
})

test('Ctrl+D fills the cell, or all that are marked, and they are recorded once she goes on', async () => {
  const screen = await open()
  await press('1')
  await type(0, LEAFLETS, '2')
  await press('ArrowDown')
  await press('d', { ctrlKey: true })
  expect(cell(1, LEAFLETS).value).toBe('2')
  cell(0, RESULT).focus()
  await press('ArrowDown', { shiftKey: true })
  await press('ArrowDown', { shiftKey: true })
  await press('ArrowDown', { shiftKey: true })
  await press('d', { ctrlKey: true })
  expect([0, 1, 2, 3].map((row) => cell(row, RESULT).value)).toEqual(['met', 'met', 'met', 'met'])
  expect(
    written().map(({ household }) => household),
    'only what she left before',
  ).toEqual(['a'])
  cell(0, NOTE).focus()
  await flushPromises()
  expect(written().map(({ household, notes }) => [household, notes.result, notes.leaflets])).toEqual([
    ['a', 'met', 2],
    ['b', 'met', 2],
    ['c', 'met', 0],
    ['d', 'met', 0],
  ])
  screen.unmount()
})

test('a row that fails stays, in red and in words, while the others go on, and is tried again', async () => {
  desk.write_visit = (args) => {
    if ((args.row as PaperRow).household === 'a') throw { code: 'disk_full', facts: {} }
    return writes(args)
  }
  const screen = await open()
  await press('1')
  await press('Enter')
  await press('2')
  await press('Enter')
  expect(written().map(({ household }) => household)).toEqual(['a', 'b'])
  expect(document.querySelector('[data-at="0"]')?.getAttribute('data-standing')).toBe('failed')
  expect(line(0)).toContain('磁盘满了')
  expect(screen.get('.page-head').text()).toContain('1 户没有记上')
  expect(cell(0, RESULT).value).toBe('met')
  // The day changes meanwhile: hers was another.
  desk.write_visit = writes
  await screen.get('.date-field input').setValue('2026-11-27')
  await screen.get('[data-at="0"] .standing button').trigger('click')
  await flushPromises()
  expect(written().at(-1)).toMatchObject({ household: 'a', notes: { result: 'met', visited_on: '' } })
  expect(line(0)).toContain(zh['grid.recorded'])
  expect(here()).toEqual([0, RESULT])
  screen.unmount()
})

test('the day above is sent, and marked as entered later; a day ahead records nothing', async () => {
  const screen = await open()
  const day = screen.get('.date-field input')
  await day.setValue('2026-11-29')
  await screen.get('.companions').setValue('王主任')
  cell(0, RESULT).focus()
  await press('1')
  await press('Enter')
  expect(written()).toEqual([])
  expect(screen.text()).toContain(zh['grid.day_wrong'])
  await day.setValue('2026-11-27')
  cell(2, RESULT).focus()
  await flushPromises()
  expect(written()).toEqual([
    {
      household: 'a',
      round: 'l1',
      visit: null,
      before: EMPTY_NOTES,
      notes: { ...EMPTY_NOTES, result: 'met', companions: '王主任', visited_on: '2026-11-27' },
    },
  ])
  expect(line(0)).toMatch(/已记\s*补录\s*11月27日/)
  // It was the day before that: the row takes over what stands above now.
  await day.setValue('2026-11-26')
  cell(0, NOTE).focus()
  await flushPromises()
  await screen.get('[data-at="0"] .standing button').trigger('click')
  await flushPromises()
  expect(written()[1], 'the same visit').toMatchObject({
    visit: 'v-a',
    before: { visited_on: '2026-11-27' },
    notes: { visited_on: '2026-11-26', companions: '王主任' },
  })
  screen.unmount()
})

test('who was met, a deadline and other company are of the row', async () => {
  const people = ['余桂英', '余大山'].map((name, at) => ({ id: `p${at + 1}`, name, gone: false }))
  rows[0] = rollRow('a', { people })
  const screen = await open()
  await screen.get('.companions').setValue('王主任')
  cell(0, MET).focus()
  await press('2')
  expect(cell(0, MET).value).toBe('余大山')
  expect(cell(0, RESULT).value, 'whoever met somebody met somebody').toBe('met')
  await screen.get('[data-at="0"] .members button').trigger('click')
  expect(cell(0, MET).value).toBe('余桂英、余大山')
  await press('Backspace')
  await press('1')
  expect(cell(0, COMPANIONS).placeholder).toBe('王主任')
  await type(0, COMPANIONS, '李会计')
  await type(0, DUE, '下周')
  cell(1, RESULT).focus()
  await flushPromises()
  expect(written(), 'no day').toEqual([])
  expect(line(0)).toContain(zh['grid.due_wrong'])
  await type(0, DUE, '12-20')
  cell(0, DUE).dispatchEvent(new Event('change', { bubbles: true }))
  await flushPromises()
  expect(cell(0, DUE).value).toBe('2026-12-20')
  await press('Enter')
  const notes = { ...EMPTY_NOTES, result: 'met', met: ['p1'], companions: '李会计', need_due: '2026-12-20' }
  expect(written()).toMatchObject([{ household: 'a', notes }])
  screen.unmount()
})

test('what came of a need and what was asked again later are typed, filled down and recorded', async () => {
  const screen = await open()
  const [OUTCOME, FOLLOW_UP] = [at('need_outcome'), at('follow_up')]
  const headings = screen.findAll('thead th').map((one) => one.text())
  expect(headings.slice(headings.indexOf('办结时限'))).toEqual([
    '办结时限',
    '办理结果',
    '回访情况',
    '同行走访人',
    '情况备注',
    '记录',
  ])
  expect(headings, 'one over each cell').toHaveLength(document.querySelectorAll('[data-at="0"] > *').length)
  await press('1')
  await type(0, NEED, '路灯不亮')
  await type(0, OUTCOME, '已换灯泡')
  expect(cell(0, OUTCOME).maxLength).toBe(500)
  await type(0, FOLLOW_UP, '11月27日回访，满意')
  cell(1, RESULT).focus()
  await press('1')
  for (const column of [NEED, OUTCOME, FOLLOW_UP]) {
    cell(1, column).focus()
    await press('d', { ctrlKey: true })
  }
  await press('Enter')
  const notes = { result: 'met', need: '路灯不亮', need_outcome: '已换灯泡', follow_up: '11月27日回访，满意' }
  expect(written()).toMatchObject([
    { household: 'a', notes },
    { household: 'b', notes },
  ])
  cell(0, NEED).focus()
  await flushPromises()
  expect(line(0), 'it is settled').not.toContain(zh['visit.turn'])
  screen.unmount()
})

test('where two are wanted a row says that nobody came along', async () => {
  const notes: VisitNotes = { ...EMPTY_NOTES, result: 'met' }
  rows[0] = rollRow('a', { visit: 'v1', result: 'met', notes })
  desk.show_roll = () => rollView(rows, { wants_two: true })
  const screen = await open()
  expect(line(0)).toContain(zh['roll.lacks_second'])
  await type(0, COMPANIONS, '王主任')
  await press('Enter')
  expect(line(0)).not.toContain(zh['roll.lacks_second'])
  screen.unmount()
})

test('leaving records what can be, and asks about the rest', async () => {
  const screen = await open()
  await press('1')
  await router.push('/registers/line/l1')
  expect(written()).toHaveLength(1)
  expect(router.currentRoute.value.path).toBe('/registers/line/l1')
  await router.push('/rounds/l1/grid')
  await flushPromises()
  await type(1, NEED, '修路')
  await router.push('/today')
  await flushPromises()
  expect(router.currentRoute.value.path).toBe('/rounds/l1/grid')
  expect(dialog()?.textContent).toContain('1 户没有记上（b户）')
  expect(await flushAll(), 'nor is the ledger locked unasked').toMatchObject({ code: 'bad_input' })
  dialog()?.querySelector<HTMLButtonElement>('.el-button--danger')?.click()
  await flushPromises()
  expect(router.currentRoute.value.path).toBe('/today')
  expect(written()).toHaveLength(1)
  screen.unmount()
})

test('the roll leads to it, of households that can be edited alone', async () => {
  /** Where the button leads; null where there is none. */
  const leads = async () => {
    const screen = mount(RollPanel, {
      props: { line: lineView({ has_roll: true, draft_saved_at: null }) },
      global: { plugins: [createPinia(), router, makeI18n({ 'zh-CN': zh, en }, 'zh-CN')] },
    })
    await flushPromises()
    const button = screen.findAll('button').find((one) => one.text() === zh['grid.open'])
    await button?.trigger('click')
    await flushPromises()
    const { path } = router.currentRoute.value
    screen.unmount()
    return button ? path : null
  }
  expect(await leads()).toBe('/rounds/l1/grid')
  desk.show_roll = () => rollView(rows, { can_edit: false })
  expect(await leads()).toBeNull()
  desk.show_roll = () => rollView([personRow('p1', '余桂英')])
  expect(await leads()).toBeNull()
})

test('of three hundred rows only the one is drawn anew in which she types', async () => {
  rows = Array.from({ length: 300 }, (_, at) => rollRow(`h${at}`))
  let drawn = 0
  const screen = await open([{ updated: () => void (drawn += 1) }])
  expect(document.querySelectorAll('[data-at]')).toHaveLength(300)
  drawn = 0
  await type(0, NEED, '修')
  await type(0, NEED, '修路')
  expect(drawn).toBeLessThan(8)
  drawn = 0
  await press('ArrowDown')
  expect(drawn, 'the row that is left, the one that is entered, and what holds them').toBeLessThan(8)
  screen.unmount()
}, 30_000)
