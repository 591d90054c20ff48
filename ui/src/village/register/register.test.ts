import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import type { Component } from 'vue'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import type { OfficeState } from '@/shared/bindings/desk'
import { makeI18n } from '@/shared/i18n'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import { useOffice } from '../office'
import { useUndo } from '../undo'
import BeginDialog from './BeginDialog.vue'
import { daysOf, filterOf } from './choice'
import LinePage from './LinePage.vue'
import RegisterPage from './RegisterPage.vue'
import RegisterPaper from './RegisterPaper.vue'
import RegistersPage from './RegistersPage.vue'
import { SHEET_COLUMNS } from './lineSheet'
import { lineRow, lineView, registerCard } from './samples'
import { cellsOf } from './standing'

type Answer = (args: Record<string, unknown>) => unknown
const asked: { command: string; args: Record<string, unknown> }[] = []
let desk: Record<string, Answer> = {}
let router: Router

vi.mock('@tauri-apps/api/core', () => ({
  convertFileSrc: (path: string) => `photo://localhost/${path}`,
  invoke: (door: string, { command, args }: { command: string; args: Record<string, unknown> }) => {
    if (door === 'choose') return Promise.resolve({ token: 'f1', name: '活动记录.xlsx' })
    asked.push({ command, args })
    const answer = desk[command]
    return answer ? Promise.resolve().then(() => answer(args)) : Promise.reject({ code: 'internal', facts: {} })
  },
}))
vi.mock('@tauri-apps/api/event', () => ({ listen: () => Promise.resolve(() => {}) }))

const VILLAGES = [
  { code: '420704100201', name: '大湖村' },
  { code: '420704100202', name: '小湖村' },
]
async function open(page: Component, props: Record<string, unknown> = {}, villages = 1) {
  const pinia = createPinia()
  useOffice(pinia).state = { villages: VILLAGES.slice(0, villages) } as OfficeState
  const screen = mount(page, {
    props,
    global: { plugins: [pinia, router, makeI18n({ 'zh-CN': zh, en }, 'zh-CN')] },
    attachTo: document.body,
  })
  await flushPromises()
  return screen
}
const of = (command: string) => asked.filter((one) => one.command === command).map(({ args }) => args)
const incomplete = () => {
  throw { code: 'line_incomplete', facts: { hindrances: [{ path: '/data/people', message: '这一项必须填写' }] } }
}

beforeEach(() => {
  asked.length = 0
  desk = {
    show_line: () => lineView(),
    answer_line: () => lineView(),
    registers: () => [registerCard()],
    sync_state: () => null,
    today: () => null,
  }
  router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:rest(.*)', component: { render: () => null } }],
  })
  Element.prototype.scrollIntoView = () => {}
})
afterEach(() => {
  document.body.innerHTML = ''
})

test('recording saves first; what hinders is named, and the cursor goes to the first of it', async () => {
  desk.record_line = incomplete
  const screen = await open(LinePage, { id: 'l1' })
  // A line that was just begun waits for its first answer.
  const focused = () => document.activeElement?.closest('[data-path]')?.getAttribute('data-path')
  expect(focused()).toBe('/data/place')
  expect(screen.find('.hindrances').exists()).toBe(false)
  await screen.findAll('input.control')[1]?.setValue('村委会')
  await screen.get('.action-bar .el-button--primary').trigger('click')
  await flushPromises()
  const written = asked.map(({ command }) => command).filter((name) => ['answer_line', 'record_line'].includes(name))
  expect(written).toEqual(['answer_line', 'record_line'])
  expect(screen.text()).toContain('还不能登记')
  expect(screen.get('.hindrances').text()).toContain('参加人数')
  expect(focused()).toBe('/data/people')
  screen.unmount()
})

test('Ctrl+Enter records and leads back to the register', async () => {
  desk.record_line = () => lineView({ row: lineRow({ pending: true }), draft_saved_at: null })
  const screen = await open(LinePage, { id: 'l1' })
  window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true }))
  await flushPromises()
  expect(of('record_line')).toEqual([{ line: 'l1' }])
  expect(router.currentRoute.value.path).toBe('/registers/DJ_HUODONG')
  screen.unmount()
})

test('another line begins with what the recorded one hands on, in the same village', async () => {
  desk.record_line = () => lineView({ row: lineRow({ village: '小湖村' }), draft_saved_at: null })
  desk.begin_line = () => lineView({ row: lineRow({ id: 'l2' }) })
  const screen = await open(LinePage, { id: 'l1' }, 2)
  const again = screen.findAll('.action-bar .el-button').find((button) => button.text() === zh['line.record_again'])
  await again?.trigger('click')
  await flushPromises()
  expect(of('begin_line')).toEqual([
    { register: 'DJ_HUODONG', village: '420704100202', person: null, visit: null, like: 'l1', after: null, case: null },
  ])
  expect(router.currentRoute.value.path).toBe('/registers/line/l2')
  screen.unmount()
})

test('another line of a case belongs to that case: the next hand that has its papers', async () => {
  desk.show_line = () => lineView({ case: 'c1', hindrances: [] })
  desk.record_line = () => lineView({ case: 'c1', draft_saved_at: null })
  desk.begin_line = () => lineView({ row: lineRow({ id: 'l2' }) })
  const screen = await open(LinePage, { id: 'l1' })
  const again = screen.findAll('.action-bar .el-button').find((button) => button.text() === zh['line.record_again'])
  await again?.trigger('click')
  await flushPromises()
  expect(of('begin_line')[0]).toMatchObject({ like: 'l1', case: 'c1' })
  screen.unmount()
})

test('what is sealed is asked about first, and nothing of it is shown afterwards', async () => {
  desk.show_line = () => lineView({ sealed: true, hindrances: [] })
  const recorded = {
    sealed: true,
    row: lineRow({ title: '', day: '2026-11-20', by: '余老师', pending: true }),
    form: [],
    hindrances: [],
    can_edit: false,
  }
  desk.record_line = () => lineView({ ...recorded, draft_saved_at: null })
  const screen = await open(LinePage, { id: 'l1' })
  const primary = screen.get('.action-bar .el-button--primary')
  expect(primary.text()).toBe(zh['line.seal'])
  await primary.trigger('click')
  await flushPromises()
  expect(of('record_line')).toEqual([])
  expect(document.querySelector('.el-dialog')?.textContent).toContain(zh['line.seal_text'])
  document.querySelector<HTMLButtonElement>('.el-dialog .el-button--primary')?.click()
  await flushPromises()
  expect(of('record_line')).toEqual([{ line: 'l1' }])
  const note = screen.get('.sealed').text()
  for (const words of [zh['line.sealed_title'], '11月20日（周五） 由 余老师 登记', zh['line.sealed_waits']]) {
    expect(note).toContain(words)
  }
  expect(screen.findAll('input.control')).toHaveLength(0)
  screen.unmount()
})

test('nothing goes past the question about sealing: neither Ctrl+Enter, nor another line, nor looking again', async () => {
  desk.show_line = () => lineView({ sealed: true, hindrances: [] })
  const screen = await open(LinePage, { id: 'l1' })
  expect(screen.get('.action-bar').text()).not.toContain(zh['line.record_again'])
  const ctrlEnter = async () => {
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true }))
    await flushPromises()
  }
  await ctrlEnter()
  expect(document.querySelector('.el-dialog')?.textContent).toContain(zh['line.seal_text'])
  await ctrlEnter()
  const [stay] = document.querySelectorAll<HTMLButtonElement>('.el-dialog .dialog-acts button')
  expect(stay?.textContent).toContain(zh['line.seal_stay'])
  stay?.click()
  await flushPromises()
  expect(of('record_line')).toEqual([])
  expect(screen.findAll('input.control').length).toBeGreaterThan(0)
  screen.unmount()
})

test('what lacks is told before the question about sealing is asked', async () => {
  desk.show_line = () => lineView({ sealed: true })
  desk.record_line = incomplete
  const screen = await open(LinePage, { id: 'l1' })
  await screen.get('.action-bar .el-button--primary').trigger('click')
  await flushPromises()
  expect(document.querySelector('.el-dialog')).toBeNull()
  expect(screen.get('.hindrances').text()).toContain('参加人数')
  screen.unmount()
})

test('what is sealed and received says so, and can still be made void', async () => {
  const sealed = { sealed: true, form: [], hindrances: [], can_edit: false, draft_saved_at: null }
  desk.show_line = () => lineView({ ...sealed, row: lineRow({ title: '' }) })
  desk.void_line = () => lineView({ ...sealed, row: lineRow({ title: '', void: '重复登记' }) })
  const screen = await open(LinePage, { id: 'l1' })
  expect(screen.get('.sealed').text()).toContain(zh['line.sealed_received'])
  expect(screen.find('.action-bar .el-button--primary').exists()).toBe(false)
  await screen.get('.action-bar .word-button.grave').trigger('click')
  await flushPromises()
  const reason = document.querySelector<HTMLTextAreaElement>('.el-dialog textarea')
  if (reason) reason.value = '重复登记'
  reason?.dispatchEvent(new Event('input'))
  await flushPromises()
  document.querySelector<HTMLButtonElement>('.el-dialog .el-button--danger')?.click()
  await flushPromises()
  expect(of('void_line')).toEqual([{ line: 'l1', reason: '重复登记' }])
  expect(screen.get('.void').text()).toContain('重复登记')
  expect(screen.find('.sealed').exists()).toBe(true)
  screen.unmount()
})

test('a list and its paper say what is sealed; a draft, and what was written before, stand as they are', async () => {
  const columns = ['day', 'about', 'whom'].map((name) => ({ name, label: name, is_number: false }))
  const draft = {
    id: 'l2',
    title: '收费',
    cells: ['2026-11-21', '收费', '某窗口'],
    is_recorded: false,
    has_draft: true,
  }
  const rows = [
    lineRow({ title: '', cells: ['', '', ''] }),
    lineRow(draft),
    lineRow({ ...draft, id: 'l3', is_recorded: true }),
  ]
  expect(cellsOf(rows[0]!, columns, true, '密封')).toEqual(['2026-11-20', '密封', ''])
  expect(cellsOf(rows[0]!, columns.slice(1), true, '密封')).toEqual(['密封', ''])
  for (const row of rows.slice(1)) expect(cellsOf(row, columns, true, '密封')).toBe(row.cells)
  expect(cellsOf(rows[0]!, columns, false, '密封')).toEqual(['', '', ''])

  vi.stubGlobal('print', vi.fn())
  desk.registers = () => [registerCard({ sealed: true })]
  desk.list_lines = () => ({ total: 2, columns, rows: rows.slice(0, 2) })
  const screen = await open(RegisterPage, { code: 'DJ_HUODONG' })
  const print = screen.findAll('.el-button').find((button) => button.text() === zh['case.print'])
  await print?.trigger('click')
  await flushPromises()
  const onPaper = [...document.querySelectorAll('.register-paper tbody td')].map((cell) => cell.textContent?.trim())
  expect(onPaper).toEqual(['1', '2026-11-20', zh['line.sealed_short'], '—', '余老师'])
  window.dispatchEvent(new Event('afterprint'))
  await flushPromises()
  screen.unmount()
  vi.unstubAllGlobals()
})

test('a register that is sealed is marked', async () => {
  desk.registers = () => [registerCard(), registerCard({ code: 'DJ_TOUSU', name: '投诉举报登记簿', sealed: true })]
  const screen = await open(RegistersPage)
  expect(screen.findAll('li').map((row) => row.text().includes(zh['register.sealed']))).toEqual([false, true])
  screen.unmount()
})

test('the matter that was asked about leads to its guides', async () => {
  desk.show_line = () => lineView({ guide: '高龄津贴' })
  const screen = await open(LinePage, { id: 'l1' })
  const link = screen.findAll('aside a').find((one) => one.text().includes('高龄津贴'))
  await link?.trigger('click')
  await flushPromises()
  expect(router.currentRoute.value.fullPath).toBe(`/guides?text=${encodeURIComponent('高龄津贴')}`)
  screen.unmount()
})

test('a void line shows its reason, cannot be edited, and can be restored', async () => {
  const row = lineRow({ void: '重复登记' })
  desk.show_line = () => lineView({ row, can_edit: false, draft_saved_at: null })
  desk.void_line = () => lineView({ row: lineRow(), draft_saved_at: null })
  const screen = await open(LinePage, { id: 'l1' })
  expect(screen.get('.void').text()).toContain('重复登记')
  expect(screen.findAll('input.control')).toHaveLength(0)
  expect(screen.find('.action-bar .el-button--primary').exists()).toBe(false)
  await screen.get('.action-bar .el-button').trigger('click')
  await flushPromises()
  expect(of('void_line')).toEqual([{ line: 'l1', reason: '' }])
  expect(screen.find('.void').exists()).toBe(false)
  expect(screen.findAll('input.control').length).toBeGreaterThan(0)
  screen.unmount()
})

test('a recorded line is made void for a reason only', async () => {
  desk.show_line = () => lineView({ row: lineRow(), draft_saved_at: null })
  desk.void_line = () => lineView({ row: lineRow({ void: '重复登记' }), can_edit: false, draft_saved_at: null })
  const screen = await open(LinePage, { id: 'l1' })
  await screen.get('.action-bar .word-button.grave').trigger('click')
  await flushPromises()
  const act = () => document.querySelector<HTMLButtonElement>('.el-dialog .el-button--danger')
  expect(act()?.disabled).toBe(true)
  const reason = document.querySelector<HTMLTextAreaElement>('.el-dialog textarea')
  if (reason) reason.value = ' 重复登记 '
  reason?.dispatchEvent(new Event('input'))
  await flushPromises()
  act()?.click()
  await flushPromises()
  expect(of('void_line')).toEqual([{ line: 'l1', reason: '重复登记' }])
  screen.unmount()
})

test('a closed register says so and begins nothing; an open one begins at once', async () => {
  desk.registers = () => [registerCard(), registerCard({ code: 'DJ_OLD', name: '旧登记簿', is_open: false })]
  desk.begin_line = () => lineView({ row: lineRow({ id: 'l2' }) })
  const screen = await open(RegistersPage)
  const [first, closed] = screen.findAll<HTMLButtonElement>('button.begin')
  expect(closed?.element.disabled).toBe(true)
  expect(closed?.element.title).toBe(zh['register.closed'])
  await closed?.trigger('click')
  expect(of('begin_line')).toEqual([])
  await first?.trigger('click')
  await flushPromises()
  expect(of('begin_line')).toHaveLength(1)
  expect(router.currentRoute.value.path).toBe('/registers/line/l2')
  screen.unmount()
})

test('the key A begins nothing in a closed register', async () => {
  desk.registers = () => [registerCard({ is_open: false })]
  desk.list_lines = () => ({ total: 0, columns: [], rows: [] })
  const screen = await open(RegisterPage, { code: 'DJ_HUODONG' })
  expect(screen.get<HTMLButtonElement>('.action-bar .el-button--primary').element.disabled).toBe(true)
  window.dispatchEvent(new KeyboardEvent('keydown', { key: 'a' }))
  await flushPromises()
  expect(of('begin_line')).toEqual([])
  screen.unmount()
})

test('Enter begins a line about nobody; while a name is looked for it leaves nobody out', async () => {
  vi.useFakeTimers()
  const card = { id: 'p1', name: '余桂英', age: 78, sex: '女', id_masked: '', address: '' }
  desk.find_people = ({ text }) => (text === 'ygy' ? [card] : [])
  const props = { register: registerCard({ person: true }), village: null, busy: false, failure: null }
  const screen = await open(BeginDialog, props)
  const form = () => document.querySelector<HTMLFormElement>('.el-dialog form')
  const enter = async () => {
    form()?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', cancelable: true }))
    await flushPromises()
  }
  const type = async (text: string) => {
    const input = form()?.querySelector<HTMLInputElement>('input.control')
    if (input) input.value = text
    input?.dispatchEvent(new Event('input'))
    await flushPromises()
  }
  await enter()
  await type('ygy')
  await enter()
  expect(screen.emitted('begin')).toEqual([[null, null]])
  await vi.advanceTimersByTimeAsync(200)
  await enter()
  expect(screen.emitted('begin')?.at(-1)).toEqual([null, 'p1'])
  await type('xyz')
  await vi.advanceTimersByTimeAsync(200)
  await enter()
  expect(screen.emitted('begin')).toHaveLength(2)
  screen.unmount()
  vi.useRealTimers()
})

test('a register on paper marks what is empty, void or added later, and says what is left', async () => {
  const columns = [{ name: 'name', label: '活动名称', is_number: false }]
  const rows = [lineRow({ cells: ['义诊'], late: '2026-11-25' }), lineRow({ id: 'l2', cells: [''], void: '重复登记' })]
  const screen = await open(RegisterPaper, {
    title: '活动登记簿',
    facts: [],
    columns,
    rows,
    left: 3,
    unit: '大湖村',
    agent: '余老师',
  })
  const paper = document.querySelector('.register-paper')?.textContent ?? ''
  for (const words of ['补录（实际登记日 2026-11-25）', '作废：重复登记', '—', '另有 3 条', '审核人']) {
    expect(paper).toContain(words)
  }
  screen.unmount()
})

test('a time is asked for whole; a day that is none is not asked for', () => {
  const days = (span: 'all' | 'month' | 'year' | 'own', from = '', to = '') => daysOf({ span, from, to }, '2026-02-10')
  expect(days('all')).toEqual({ from: null, to: null })
  expect(days('month')).toEqual({ from: '2026-02-01', to: '2026-02-28' })
  expect(days('year')).toEqual({ from: '2026-01-01', to: '2026-12-31' })
  expect(days('own', '2026-01-05', '2026-13')).toEqual({ from: '2026-01-05', to: null })
  const choice = { text: ' 义诊 ', village: null, span: 'all' as const, from: '', to: '', open: true }
  expect(filterOf(choice, '2026-02-10')).toEqual({ text: '义诊', village: null, from: null, to: null, open: true })
})

type Sheet = { file: string; what: { form: string; line: string | null; headings: string[]; head: { title: string } } }
const pressed = async (screen: Awaited<ReturnType<typeof open>>, words: string) => {
  await screen
    .findAll('button')
    .find((button) => button.text().includes(words))
    ?.trigger('click')
  await flushPromises()
}
const part = { total: 1, columns: [], rows: [lineRow()] }

test('events go out as 活动记录, all that fit or the one on the screen', async () => {
  desk.registers = () => [registerCard({ sheets: ['event'] })]
  desk.list_lines = () => part
  desk.export_line_sheet = () => ({ rows: 1 })
  const book = await open(RegisterPage, { code: 'DJ_HUODONG' })
  await pressed(book, '导出活动记录')
  expect(book.text()).toContain('已导出 1 条')
  book.unmount()
  desk.show_line = () => lineView({ row: lineRow(), draft_saved_at: null, sheets: ['event'] })
  const line = await open(LinePage, { id: 'l1' })
  await pressed(line, '导出活动记录')
  expect(line.text()).toContain('已导出 1 条')
  line.unmount()
  const [all, one] = of('export_line_sheet') as Sheet[]
  expect([all?.what.line, one?.what.line]).toEqual([null, 'l1'])
  for (const { what } of [all, one] as Sheet[]) {
    expect(what.headings.at(7)).toBe('现场受理件（序号、姓名、事项）')
    expect(what.head.title).toBe('活动记录')
  }
})

test('a register without a paper form offers none, and every form has a heading for each of its columns', async () => {
  desk.list_lines = () => part
  const screen = await open(RegisterPage, { code: 'DJ_HUODONG' })
  expect(screen.text()).not.toContain('导出活动记录')
  screen.unmount()
  for (const [form, columns] of Object.entries(SHEET_COLUMNS)) {
    const keys = Object.keys(zh).filter((key) => key.startsWith(`line_sheet.${form}.column.`))
    expect(keys, form).toHaveLength(columns)
  }
})

test('出件登记 and 材料交接单 come from one register, with the headings of the paper forms', async () => {
  desk.registers = () => [registerCard({ code: 'DJ_JIAOJIE', sheets: ['handed_on', 'handed_out'] })]
  desk.list_lines = () => part
  desk.export_line_sheet = () => ({ rows: 1 })
  const screen = await open(RegisterPage, { code: 'DJ_JIAOJIE' })
  await pressed(screen, '导出材料交接单')
  await pressed(screen, '导出出件登记')
  const headings = (of('export_line_sheet') as Sheet[]).map(({ what }) => what.headings.join('|'))
  expect(headings).toEqual([
    '交出人|接收人|材料名称|份数|原件/复印件|时间|签字',
    '序号|办件编号|申请人|事项|结果文书/证照名称及编号|数量|出件章编号|出件时间|出件人|领取人签字|领取时间|代领关系',
  ])
  screen.unmount()
})

test('an appointment at a time at which nobody is there says so with the next day, and can be recorded', async () => {
  const off_hours = { why: 'weekend' as const, day: '2026-11-29', place: '大湖村', hours: [], next: '2026-11-30' }
  desk.show_line = () => lineView({ off_hours })
  const screen = await open(LinePage, { id: 'l1' })
  const told = screen.find('.off-hours').text()
  expect(told).toContain('11月29日（周日）窗口不上班。')
  expect(told).toContain('最近可约：11月30日（周一）')
  expect(
    screen
      .findAll('button')
      .find((one) => one.text() === '登记')
      ?.attributes('disabled'),
  ).toBeUndefined()
  screen.unmount()
})

test('in the book of appointments one press says how it stands with a row, and that is taken back', async () => {
  const rows = [
    lineRow({ id: 'l1', title: '余桂英', state: 'booked', steps: ['called', 'arrived', 'no_show'] }),
    lineRow({ id: 'l2', title: '周小琴', state: 'done' }),
  ]
  desk.list_lines = () => ({ columns: [], rows, total: 2 })
  desk.mark_line = () => lineView()
  for (const side of ['offsetHeight', 'clientHeight', 'offsetWidth'] as const) {
    vi.spyOn(HTMLElement.prototype, side, 'get').mockReturnValue(400)
  }
  const screen = await open(RegisterPage, { code: 'DJ_YUYUE' })
  expect(screen.findAll('.steps')).toHaveLength(1)
  expect(screen.findAll('.steps button').map((one) => one.text())).toEqual(['已叫号', '已到场', '未到'])
  const before = of('list_lines').length
  await screen.findAll('.steps button')[2]!.trigger('click')
  await flushPromises()
  expect(of('mark_line')).toEqual([{ line: 'l1', state: 'no_show' }])
  expect(router.currentRoute.value.path).not.toContain('line')
  expect(of('list_lines').length).toBeGreaterThan(before)
  await useUndo().takeBack()
  expect(of('mark_line')[1]).toEqual({ line: 'l1', state: 'booked' })
  desk.mark_line = () => Promise.reject({ code: 'line_unknown', facts: {} })
  await screen.findAll('.steps button')[0]!.trigger('click')
  await flushPromises()
  expect(screen.find('.failure-note').exists()).toBe(true)
  screen.unmount()
  vi.restoreAllMocks()
})
