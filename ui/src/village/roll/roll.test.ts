import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia } from 'pinia'
import type { Component } from 'vue'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import type { OfficeState, RollRow, RollState } from '@/shared/bindings/desk'
import { makeI18n } from '@/shared/i18n'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import { counts } from '../figures/samples'
import { useNewCase, useOffice } from '../office'
import LinePage from '../register/LinePage.vue'
import { lineRow, lineView, registerCard } from '../register/samples'
import { useUndo } from '../undo'
import VisitPane from '../visit/VisitPane.vue'
import { BANK_COLUMNS } from './bank'
import OpenRounds from './OpenRounds.vue'
import RollPanel from './RollPanel.vue'
import RollPaper from './RollPaper.vue'
import { candidate, card, personRow, rollRow, rollView, visitView } from './samples'
import { countsOf, doneOf, holding, nextOf, wordOf } from './standing'

type Answer = (args: Record<string, unknown>) => unknown
const asked: { command: string; args: Record<string, unknown> }[] = []
let desk: Record<string, Answer> = {}
let router: Router

vi.mock('@tauri-apps/api/core', () => ({
  convertFileSrc: (path: string) => `photo://localhost/${path}`,
  invoke: (door: string, { command, args }: { command: string; args: Record<string, unknown> }) => {
    if (door === 'choose') return Promise.resolve({ token: 'f1', name: '名单.xlsx' })
    asked.push({ command, args })
    const answer = desk[command]
    return answer ? Promise.resolve().then(() => answer(args)) : Promise.reject({ code: 'internal', facts: {} })
  },
}))
vi.mock('@tauri-apps/api/event', () => ({ listen: () => Promise.resolve(() => {}) }))

async function open(page: Component, props: Record<string, unknown> = {}) {
  const pinia = createPinia()
  useOffice(pinia).state = { villages: [{ code: '420704100201', name: '大湖村' }] } as OfficeState
  const screen = mount(page, {
    props,
    global: { plugins: [pinia, router, makeI18n({ 'zh-CN': zh, en }, 'zh-CN')] },
    attachTo: document.body,
  })
  await flushPromises()
  return screen
}
const of = (command: string) => asked.filter((one) => one.command === command).map(({ args }) => args)
const recorded = lineView({ row: lineRow(), has_roll: true, draft_saved_at: null })
const panel = () => open(RollPanel, { line: recorded })
/** A desk that keeps what is marked. */
function keeping(rows: RollRow[]): void {
  let kept = rows
  desk.show_roll = () => rollView(kept)
  desk.mark_roll = ({ subject, state, note }) => {
    const said = (row: RollRow) => ({
      ...row,
      state: (state ?? row.state) as RollState,
      note: (note ?? row.note) as string,
    })
    kept = kept.map((row) => (row.id === subject ? said(row) : row))
    return kept.find((row) => row.id === subject)
  }
}
const named = (screen: VueWrapper, text: string) =>
  screen.findAll('button').find((button) => button.text().includes(text))
const inDialog = () => document.querySelector('.el-dialog')
const ticked = () =>
  [...document.querySelectorAll<HTMLInputElement>('.found input:checked')].map((input) => input.value)
async function wait(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms)
  await flushPromises()
}

beforeEach(() => {
  asked.length = 0
  desk = { registers: () => [registerCard()], sync_state: () => null, today: () => null }
  router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:rest(.*)', component: { render: () => null } }],
  })
  Element.prototype.scrollIntoView = () => {}
})
afterEach(() => {
  document.body.innerHTML = ''
  vi.useRealTimers()
})

test('the next household is the first that waits; where nobody was at home she comes again after the others', () => {
  const rows = [
    rollRow('a', { state: 'done' }),
    rollRow('b', { state: 'absent' }),
    rollRow('c'),
    rollRow('d', { state: 'away' }),
    rollRow('e'),
  ]
  expect(nextOf(rows)?.id).toBe('c')
  expect(nextOf(rows, 'c')?.id, 'from this door on').toBe('e')
  expect(nextOf(rows, 'e')?.id, 'and from the top again').toBe('c')
  const walked = rows.map((row) => (row.state === 'waiting' ? { ...row, state: 'done' as RollState } : row))
  expect(nextOf(walked)?.id).toBe('b')
  expect(nextOf(walked, 'b'), 'not the door at which she stands').toBeNull()
})

test('how far a roll is counts what is settled; words of households are their own', () => {
  const rows = [rollRow('a', { state: 'absent' }), rollRow('b', { state: 'done' }), rollRow('c')]
  expect(doneOf('households', rows)).toBe(1)
  expect(doneOf('people', rows)).toBe(2)
  expect(countsOf(rows)).toEqual([
    { state: 'waiting', n: 1 },
    { state: 'done', n: 1 },
    { state: 'absent', n: 1 },
  ])
  const alone = rollRow('d', { state: 'done', lacks_second: true })
  expect(doneOf('households', [...rows, alone]), 'two are wanted').toBe(1)
  expect(nextOf([alone, rollRow('e')])?.id, 'after those at which nobody was').toBe('e')
  expect(nextOf([alone])?.id).toBe('d')
  expect(wordOf('households', 'absent')).toBe('roll.house.absent')
  expect(wordOf('people', 'absent')).toBe('roll.state.absent')
  expect(holding(rows, ' 3组 b户 ').map(({ id }) => id)).toEqual(['b'])
  const words = zh as Record<string, string>
  for (const { state } of countsOf(rows)) expect(words[wordOf('households', state)]).toBeTruthy()
})

test('a digit says at once how it stands with a person, and another one takes it back', async () => {
  keeping([personRow('p1', '余桂英', { note: '已约' }), personRow('p2', '王大山')])
  const screen = await panel()
  const rows = screen.findAll('tr[data-row]')
  await rows[0]?.trigger('keydown', { key: '1' })
  await flushPromises()
  expect(of('mark_roll')).toEqual([{ line: 'l1', subject: 'p1', state: 'arrived', note: null }])
  expect(screen.get('.progress-bar').text()).toContain('共 2 人，已到场 1 人')
  await rows[0]?.trigger('keydown', { key: '0' })
  await flushPromises()
  expect(of('mark_roll').at(-1)).toEqual({ line: 'l1', subject: 'p1', state: 'waiting', note: null })
  // Typed at once one after the other: everything is saved, the last one holds.
  await rows[1]?.trigger('keydown', { key: '4' })
  await rows[1]?.trigger('keydown', { key: '8' })
  await flushPromises()
  expect(of('mark_roll').at(-1)).toEqual({ line: 'l1', subject: 'p2', state: 'maybe_dead', note: null })
  expect(screen.findAll<HTMLSelectElement>('tr select')[1]?.element.value).toBe('maybe_dead')
  screen.unmount()
})

test('who is said to have died is noted by one press, and taken back as easily', async () => {
  keeping([personRow('p1', '余桂英', { state: 'maybe_dead' }), personRow('p2', '王大山')])
  desk.note_whereabouts = ({ whereabouts }) => ({ person: { ...card('p1', '余桂英'), whereabouts } })
  const screen = await panel()
  expect(screen.findAll('.offer')).toHaveLength(1)
  await screen.get('.offer button').trigger('click')
  await flushPromises()
  const chosen = document.querySelector('.el-dialog [aria-checked="true"]')
  expect(chosen?.textContent?.trim()).toBe('疑似死亡待核实')
  const act = [...document.querySelectorAll('button')]
    .filter((one) => one.textContent?.trim() === zh['where.act'])
    .at(-1)
  act?.click()
  await flushPromises()
  expect(of('note_whereabouts')).toMatchObject([{ person: 'p1', whereabouts: { state: 'suspected', place: '' } }])
  expect(screen.get('.offer').text()).toBe('去向已登记：疑似死亡待核实')
  await useUndo(screen.vm.$pinia).takeBack()
  await flushPromises()
  expect(of('note_whereabouts')[1]).toMatchObject({ whereabouts: { state: 'here' } })
  expect(screen.find('.offer button').exists()).toBe(true)
  screen.unmount()
})

test('what could not be saved stays in sight and is tried again', async () => {
  keeping([personRow('p1', '余桂英')])
  const works = desk.mark_roll
  desk.mark_roll = () => {
    throw { code: 'disk_full', facts: {} }
  }
  const screen = await panel()
  await screen.get('tr[data-row]').trigger('keydown', { key: '1' })
  await flushPromises()
  expect(screen.get<HTMLSelectElement>('tr select').element.value).toBe('arrived')
  expect(screen.find('.failure-note.grave').exists()).toBe(true)
  desk.mark_roll = works as Answer
  await screen.get('.failure-note button').trigger('click')
  await flushPromises()
  expect(screen.find('.failure-note').exists()).toBe(false)
  expect(of('mark_roll')).toHaveLength(2)
  screen.unmount()
})

test('Enter writes a note, Escape leaves it as it was, ↓ goes to the next person', async () => {
  keeping([personRow('p1', '余桂英', { state: 'told' }), personRow('p2', '王大山')])
  const screen = await panel()
  const row = screen.get('tr[data-row]')
  ;(row.element as HTMLElement).focus()
  await row.trigger('keydown', { key: 'Enter' })
  await flushPromises()
  await screen.get('input.note').setValue(' 女儿代来 ')
  // A digit in the note is a digit.
  await screen.get('input.note').trigger('keydown', { key: '1' })
  await screen.get('input.note').trigger('keydown', { key: 'Enter' })
  await flushPromises()
  expect(of('mark_roll')).toEqual([{ line: 'l1', subject: 'p1', state: null, note: '女儿代来' }])
  expect(document.activeElement).toBe(row.element)
  await row.trigger('dblclick')
  await screen.get('input.note').setValue('写错了')
  await screen.get('input.note').trigger('keydown', { key: 'Escape' })
  await flushPromises()
  expect(of('mark_roll')).toHaveLength(1)
  expect(screen.text()).toContain('女儿代来')
  await row.trigger('keydown', { key: 'ArrowDown' })
  expect(document.activeElement?.textContent).toContain('王大山')
  screen.unmount()
})

test('Ctrl+D: it stands with her as with the one above', async () => {
  keeping([personRow('p1', '余桂英', { state: 'done', note: '签到表' }), personRow('p2', '王大山')])
  const screen = await panel()
  const [first, second] = screen.findAll('tr[data-row]')
  await first?.trigger('keydown', { key: 'd', ctrlKey: true })
  await flushPromises()
  expect(of('mark_roll'), 'nobody stands above the first').toEqual([])
  await second?.trigger('keydown', { key: 'd', ctrlKey: true })
  await flushPromises()
  expect(of('mark_roll')).toEqual([{ line: 'l1', subject: 'p2', state: 'done', note: '签到表' }])
  screen.unmount()
})

test('N opens a case for the person at this event', async () => {
  keeping([personRow('p1', '余桂英')])
  const screen = await panel()
  await screen.get('tr[data-row]').trigger('keydown', { key: 'n' })
  expect(useNewCase().asked).toMatchObject({ person: 'p1', event: 'l1' })
  screen.unmount()
})

test('whoever stands as nothing yet is taken off at once, others after she was asked', async () => {
  desk.show_roll = () => rollView([personRow('p1', '余桂英'), personRow('p2', '王大山', { state: 'told' })])
  desk.take_off_roll = () => rollView([personRow('p2', '王大山', { state: 'told' })])
  const screen = await panel()
  const [, told] = screen.findAll('tr .word-button.grave')
  await told?.trigger('click')
  await flushPromises()
  expect(of('take_off_roll')).toEqual([])
  expect(inDialog()?.textContent).toContain('王大山')
  inDialog()?.querySelector<HTMLButtonElement>('.el-button--danger')?.click()
  await flushPromises()
  expect(of('take_off_roll')).toEqual([{ line: 'l1', subjects: ['p2'] }])
  screen.unmount()
  const other = await panel()
  await other.find('tr .word-button.grave').trigger('click')
  await flushPromises()
  expect(of('take_off_roll').at(-1)).toEqual({ line: 'l1', subjects: ['p1'] })
  other.unmount()
})

test('of households the next door is begun on this round; a settled one is only looked at', async () => {
  const met = { state: 'done', visit: 'v1', result: 'met', visited_at: '2026-11-26T10:00:00+08:00' } as const
  desk.show_roll = () =>
    rollView([rollRow('h1', met), rollRow('h2', { state: 'absent', result: 'nobody' }), rollRow('h3')])
  desk.start_visit = () => visitView('v3', 'h3', 'l1')
  const screen = await panel()
  expect(screen.get('.progress-bar').text()).toContain('共 3 户，已走 2 户，家中无人 1 户')
  expect(screen.get('.progress-bar').text()).toContain('1 / 3')
  const next = named(screen, '下一户')
  expect(next?.text()).toContain('h3户 大湖村3组12号')
  await next?.trigger('click')
  await flushPromises()
  expect(of('start_visit')).toEqual([{ household: 'h3', round: 'l1' }])
  expect(router.currentRoute.value.path).toBe('/visits/v3')
  await named(screen, '看走访')?.trigger('click')
  await flushPromises()
  expect(router.currentRoute.value.path).toBe('/visits/v1')
  expect(of('start_visit')).toHaveLength(1)
  screen.unmount()
})

test('what is added: everybody found but who is doubtful, or stands there already', async () => {
  vi.useFakeTimers()
  keeping([personRow('p1', '余桂英')])
  const found = [
    candidate('p1', '余桂英', { on_roll: true }),
    candidate('p2', '王大山'),
    candidate('p3', '李桂花', { doubtful: true }),
    candidate('p4', '李桂花', { doubtful: true }),
    candidate('p5', '陈秀兰'),
  ]
  desk.find_for_roll = () => ({ rows: found, unknown: [], more: true })
  desk.put_on_roll = () => rollView([personRow('p1', '余桂英'), personRow('p2', '王大山')])
  const screen = await panel()
  await named(screen, zh['roll.add'])?.trigger('click')
  await flushPromises()
  expect(of('find_for_roll')).toEqual([{ line: 'l1', source: { from: 'words', text: '' } }])
  expect(ticked()).toEqual(['p2', 'p5'])
  expect(inDialog()?.textContent).toContain(zh['roll.doubtful'])
  expect(inDialog()?.textContent).toContain('3000')
  // She knows which of the two is meant.
  document.querySelector<HTMLInputElement>('.found input[value="p4"]')?.click()
  await flushPromises()
  const act = () => inDialog()?.querySelector<HTMLButtonElement>('.el-button--primary')
  expect(act()?.textContent).toContain('加入 3 人')
  act()?.click()
  await flushPromises()
  expect(of('put_on_roll')).toEqual([{ line: 'l1', subjects: ['p2', 'p4', 'p5'] }])
  expect(screen.findAll('tr[data-row]')).toHaveLength(2)
  // Taken back, those are off that were not on it before.
  desk.take_off_roll = () => rollView([personRow('p1', '余桂英')])
  expect(useUndo().done?.words).toBe('已加入名单：1 个')
  await useUndo().takeBack()
  expect(of('take_off_roll')).toEqual([{ line: 'l1', subjects: ['p2'] }])
  screen.unmount()
})

test('names of a pasted list that are not in the village are shown', async () => {
  vi.useFakeTimers()
  keeping([personRow('p1', '余桂英')])
  desk.find_for_roll = ({ source }) =>
    (source as { from: string }).from === 'pasted'
      ? { rows: [candidate('p2', '王大山')], unknown: ['赵不在', '钱外村'], more: false }
      : { rows: [], unknown: [], more: false }
  const screen = await panel()
  await named(screen, zh['roll.add'])?.trigger('click')
  await flushPromises()
  const way = [...document.querySelectorAll<HTMLButtonElement>('.el-dialog [role="radio"]')]
  way.find((button) => button.textContent?.includes(zh['roll.from.pasted']))?.click()
  await flushPromises()
  const area = document.querySelector<HTMLTextAreaElement>('.el-dialog textarea')
  if (area) area.value = '王大山、赵不在、钱外村'
  area?.dispatchEvent(new Event('input'))
  await wait(300)
  expect(of('find_for_roll').at(-1)).toEqual({ line: 'l1', source: { from: 'pasted', text: '王大山、赵不在、钱外村' } })
  expect(document.querySelector('.unknown')?.textContent).toContain('赵不在、钱外村')
  expect(ticked()).toEqual(['p2'])
  screen.unmount()
})

test('a round is planned by village groups, where addresses tell them', async () => {
  vi.useFakeTimers()
  keeping([])
  desk.village_groups = () => [
    { group: 3, count: 8 },
    { group: 13, count: 1 },
  ]
  desk.find_for_roll = () => ({ rows: [candidate('p2', '王大山')], unknown: [], more: false })
  const screen = await panel()
  await named(screen, zh['roll.add'])?.trigger('click')
  await flushPromises()
  const way = [...document.querySelectorAll<HTMLButtonElement>('.el-dialog [role="radio"]')]
  way.find((button) => button.textContent?.includes(zh['roll.from.groups']))?.click()
  await flushPromises()
  expect(inDialog()?.textContent).toContain(zh['roll.which_groups'])
  const groups = [...document.querySelectorAll('.el-dialog fieldset label')]
  expect(groups.map((label) => label.textContent?.trim())).toEqual(['3 组（8 户）', '13 组（1 户）'])
  expect(ticked()).toEqual([])
  groups[0]?.querySelector('input')?.click()
  await flushPromises()
  expect(of('find_for_roll').at(-1)).toEqual({ line: 'l1', source: { from: 'groups', groups: [3] } })
  expect(ticked()).toEqual(['p2'])
  screen.unmount()
})

test('of the roll before those are taken over who stand as she says', async () => {
  const after = { id: 'l0', register: 'DJ_ZOUFANG', register_name: '走访计划', title: '摸排', day: null, total: 2 }
  const before = [rollRow('h1', { state: 'done', result: 'met' }), rollRow('h2')]
  desk.show_roll = ({ line }) => (line === 'l0' ? rollView(before) : rollView([], { of: 'people', after }))
  desk.find_for_roll = () => ({ rows: [], unknown: [], more: false })
  const screen = await panel()
  await named(screen, zh['roll.add'])?.trigger('click')
  await flushPromises()
  const states = [...document.querySelectorAll('.el-dialog fieldset label')]
  expect(states.map((label) => label.textContent?.trim())).toEqual(['待办（1）', '已走访，见到人（1）'])
  states[1]?.querySelector('input')?.click()
  await flushPromises()
  expect(of('find_for_roll').at(-1)).toEqual({ line: 'l1', source: { from: 'before', states: ['done'] } })
  screen.unmount()
})

test('what follows is begun in the same village, after this line', async () => {
  desk.show_roll = () =>
    rollView([personRow('p1', '余桂英')], { may_follow: [{ register: 'DJ_ZOUFANG', name: '走访计划' }] })
  desk.begin_line = () => lineView({ row: lineRow({ id: 'l2' }) })
  const screen = await panel()
  await named(screen, '转为走访计划')?.trigger('click')
  await flushPromises()
  expect(of('begin_line')).toEqual([
    {
      register: 'DJ_ZOUFANG',
      village: '420704100201',
      person: null,
      visit: null,
      like: null,
      after: 'l1',
      case: null,
    },
  ])
  expect(router.currentRoute.value.path).toBe('/registers/line/l2')
  screen.unmount()
})

test('a roll is exported with eleven headings and a word for every state', async () => {
  desk.show_roll = () => rollView([personRow('p1', '余桂英')])
  desk.export_roll = () => ({ rows: 1 })
  const screen = await panel()
  await named(screen, zh['roll.export'])?.trigger('click')
  await flushPromises()
  const [written] = of('export_roll') as { file: string; what: { headings: string[]; words: Record<string, string> } }[]
  expect(written?.file).toBe('f1')
  expect(written?.what.headings).toHaveLength(11)
  expect(written?.what.words.maybe_dead).toBe('疑似死亡待核实')
  expect(screen.text()).toContain('已导出 1 条')
  screen.unmount()
})

test('on paper numbers stay masked and what is not known stays empty', async () => {
  const rows = [personRow('p1', '余桂英'), personRow('p2', '王大山', { state: 'arrived', note: '女儿代来' })]
  const screen = await open(RollPaper, { line: recorded, of: 'people', rows })
  const paper = document.querySelector('.roll-paper')?.textContent ?? ''
  for (const words of ['义诊', '大湖村', '139****0000', '已到场', '女儿代来', '签字']) expect(paper).toContain(words)
  expect(paper).not.toContain('待办')
  screen.unmount()
})

test('a line comes before its roll: it says so, and stays once it is recorded and still open', async () => {
  desk.show_line = () => lineView({ has_roll: true })
  desk.show_roll = () => rollView([], { of: 'people' })
  desk.record_line = () => lineView({ has_roll: true, draft_saved_at: null, row: lineRow({ open: true }) })
  const screen = await open(LinePage, { id: 'l1' })
  expect(screen.text()).toContain(zh['roll.record_first'])
  expect(of('show_roll')).toEqual([])
  const before = router.currentRoute.value.path
  await screen.get('.action-bar .el-button--primary').trigger('click')
  await flushPromises()
  expect(router.currentRoute.value.path).toBe(before)
  expect(screen.text()).toContain(zh['roll.none'])
  expect(screen.text()).not.toContain(zh['roll.record_first'])
  screen.unmount()
})

test('open rounds of households are listed; going on leads to the next door', async () => {
  const round = { register: 'DJ_ZOUFANG', register_name: '走访计划', total: 32, settled: 12 }
  const line = lineRow({ id: 'l1', title: '独居老人走访', todo: '2026-12-31' })
  desk.open_rolls = () => [
    { ...round, of: 'households', line },
    { ...round, of: 'people', line: lineRow({ id: 'l9', title: '义诊' }) },
  ]
  desk.registers = () => [registerCard({ code: 'DJ_ZOUFANG', name: '走访计划' })]
  desk.show_roll = () => rollView([rollRow('h2', { state: 'absent' }), rollRow('h3')])
  desk.start_visit = () => visitView('v3', 'h3', 'l1')
  desk.begin_line = () => lineView({ row: lineRow({ id: 'l5' }) })
  const screen = await open(OpenRounds)
  expect(screen.text()).toContain('12 / 32')
  expect(screen.text()).not.toContain('义诊')
  await named(screen, zh['roll.go_on'])?.trigger('click')
  await flushPromises()
  expect(of('start_visit')).toEqual([{ household: 'h3', round: 'l1' }])
  expect(router.currentRoute.value.path).toBe('/visits/v3')
  await named(screen, zh['round.new'])?.trigger('click')
  await flushPromises()
  expect(of('begin_line')[0]).toMatchObject({ register: 'DJ_ZOUFANG', after: null })
  screen.unmount()
})

test('at the door of a round: what was typed is saved, recorded, and the next door opens', async () => {
  const rows = [
    rollRow('h1', { state: 'done', visit: 'v1', result: 'met' }),
    rollRow('h2', { visit: 'v2' }),
    rollRow('h3'),
  ]
  desk.show_visit = () => visitView('v2', 'h2', 'l1')
  desk.show_roll = () => rollView(rows)
  desk.show_line = () => lineView({ row: lineRow({ title: '独居老人走访' }) })
  desk.record_visit = () => ({ ...visitView('v2', 'h2', 'l1'), has_draft: false, is_recorded: true })
  desk.start_visit = () => visitView('v3', 'h3', 'l1')
  const screen = await open(VisitPane, { id: 'v2' })
  expect(screen.get('.round').text()).toContain('独居老人走访')
  expect(screen.get('.round').text()).toContain('第 2 / 3 户')
  window.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp', ctrlKey: true }))
  await flushPromises()
  expect(router.currentRoute.value.path).toBe('/visits/v1')
  const primary = screen.get('.action-bar .el-button--primary')
  expect(primary.text()).toBe(zh['round.record_next'])
  await primary.trigger('click')
  await flushPromises()
  expect(of('record_visit')).toHaveLength(1)
  expect(of('start_visit')).toEqual([{ household: 'h3', round: 'l1' }])
  expect(router.currentRoute.value.path).toBe('/visits/v3')
  screen.unmount()
})

test('who opened another page while a visit was recorded, or the next door was asked for, stays there', async () => {
  desk.show_visit = () => visitView('v2', 'h2', 'l1')
  desk.show_roll = () => rollView([rollRow('h2', { visit: 'v2' }), rollRow('h3')])
  desk.show_line = () => lineView({ row: lineRow({ title: '独居老人走访' }) })
  for (const slow of ['record_visit', 'start_visit']) {
    let answer = () => {}
    desk.record_visit = () => ({ ...visitView('v2', 'h2', 'l1'), has_draft: false, is_recorded: true })
    desk.start_visit = () => visitView('v3', 'h3', 'l1')
    const quick = desk[slow]
    desk[slow] = (args) => new Promise((resolve) => (answer = () => resolve(quick?.(args))))
    await router.push('/visits/v2')
    const screen = await open(VisitPane, { id: 'v2' })
    await screen.get('.action-bar .el-button--primary').trigger('click')
    await flushPromises()
    await router.push('/')
    answer()
    await flushPromises()
    expect(of(slow), slow).toHaveLength(1)
    expect(router.currentRoute.value.path, slow).toBe('/')
    screen.unmount()
  }
})

test('an event shows its five counters also while nobody is on its roll', async () => {
  desk.show_roll = () => rollView([], { of: 'people' })
  desk.event_figures = () => counts({ events: 1, consultations: 2 })
  const screen = await panel()
  const told = screen.findAll('[data-counter]').map((one) => `${one.attributes('data-counter')} ${one.get('b').text()}`)
  expect(told).toEqual(['events 1', 'households 0', 'cases 0', 'leaflets 0', 'served 0', 'consultations 2'])
  screen.unmount()
})

test('at the door one press writes the question and its answer into its register, at this visit', async () => {
  desk.show_visit = () => visitView('v2', 'h2', null)
  desk.registers = () => [registerCard({ code: 'DJ_ZIXUN', is_open: true })]
  desk.begin_line = () => lineView({ row: lineRow({ id: 'q1' }) })
  const screen = await open(VisitPane, { id: 'v2' })
  expect(screen.get('.action-bar').text()).toContain(`Q ${zh['visit.question']}`)
  await named(screen, zh['visit.question'])?.trigger('click')
  await flushPromises()
  expect(of('begin_line')).toMatchObject([{ register: 'DJ_ZIXUN', visit: 'v2' }])
  expect(router.currentRoute.value.path).toBe('/registers/line/q1')
  // A register that is closed is not offered.
  expect(named(screen, zh['visit.leaflet'])).toBeUndefined()
  screen.unmount()
})

test('a round that is walked says so; a visit on none has no bar', async () => {
  desk.show_visit = () => visitView('v2', 'h2', 'l1')
  desk.show_roll = () => rollView([rollRow('h2', { state: 'done', visit: 'v2', result: 'met' })])
  desk.show_line = () => lineView()
  const screen = await open(VisitPane, { id: 'v2' })
  expect(screen.get('.round').text()).toContain(zh['roll.walked_all'])
  expect(screen.get('.action-bar .el-button--primary').text()).toBe(zh['visit.record'])
  screen.unmount()
  desk.show_visit = () => visitView('v2', 'h2', null)
  const other = await open(VisitPane, { id: 'v2' })
  expect(other.find('.round').exists()).toBe(false)
  other.unmount()
})

test('the list for the bank is masked until she says that the numbers shall be whole', async () => {
  keeping([personRow('p1', '余桂英')])
  const row = {
    case: 'c1',
    name: '余桂英',
    sex: '女',
    age: 78,
    address: '大湖村3组12号',
    reason: '卧床',
    bank: '农业银行',
    agreed_time: '2026-12-24 14:30',
  }
  desk.bank_visits = ({ whole }) => ({
    rows: [
      whole
        ? { ...row, id_number: '42070419480315002X', phone: '13900000000', contact: '儿子 13900000008' }
        : { ...row, id_number: '4207**********002X', phone: '139****0000', contact: '儿子 139****0008' },
    ],
  })
  desk.export_bank_visits = () => ({ rows: 1 })
  const papers: string[] = []
  window.print = () => void papers.push(document.querySelector('.bank-paper')?.textContent ?? '')
  const press = async (text: string) => {
    const found = [...document.querySelectorAll('button')].filter((one) => one.textContent?.includes(text))
    found.at(-1)?.click()
    await flushPromises()
  }
  const screen = await panel()
  await press(zh['bank.open'])
  expect(inDialog()?.textContent).toContain('4207**********002X')
  await press(zh['bank.print'])
  expect(papers[0]).toContain('139****0008')
  expect(papers[0]).toContain(zh['bank.column.staff_sign'])
  window.dispatchEvent(new Event('afterprint'))
  await flushPromises()

  const tick = document.querySelector<HTMLInputElement>('.whole input')
  tick?.click()
  await flushPromises()
  await press(zh['bank.print'])
  expect(papers, 'she is asked first').toHaveLength(1)
  expect(of('bank_visits').some(({ whole }) => whole)).toBe(false)
  expect(document.body.textContent).toContain(zh['bank.ask_title'])
  await press(zh['bank.ask_act'])
  expect(papers[1]).toContain('42070419480315002X')
  window.dispatchEvent(new Event('afterprint'))
  await flushPromises()
  expect(document.body.textContent, 'nothing whole stays in the page').not.toContain('42070419480315002X')

  await press(zh['bank.export'])
  expect(of('export_bank_visits')).toEqual([])
  await press(zh['bank.ask_act'])
  const [order] = of('export_bank_visits')
  expect(order?.what).toMatchObject({ line: 'l1', whole: true, sheet: zh['bank.title'] })
  expect(order?.what).toHaveProperty('headings.length', BANK_COLUMNS.length)
  screen.unmount()
})

test('where nobody waits for the bank it is said what to do', async () => {
  keeping([personRow('p1', '余桂英')])
  desk.bank_visits = () => ({ rows: [] })
  const screen = await panel()
  await named(screen, zh['bank.open'])?.trigger('click')
  await flushPromises()
  expect(inDialog()?.textContent).toContain(zh['bank.none_text'])
  expect(inDialog()?.textContent).not.toContain(zh['bank.print'])
  screen.unmount()
})

test('of a thousand places those in sight are drawn; ↓ goes on from row to row, and the one with the focus stays', async () => {
  const spied = [
    vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(490),
    vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(800),
    vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(490),
    vi.spyOn(HTMLElement.prototype, 'scrollHeight', 'get').mockReturnValue(49_000),
  ]
  Element.prototype.scrollTo = function scrollTo(this: Element, to?: ScrollToOptions | number) {
    this.scrollTop = typeof to === 'object' ? (to.top ?? 0) : 0
    this.dispatchEvent(new Event('scroll'))
  } as typeof Element.prototype.scrollTo
  keeping(Array.from({ length: 1000 }, (_, at) => personRow(`p${at}`, `村民${at}`, { no: at + 1 })))
  const screen = await panel()
  await flushPromises()
  const lines = () => [...document.querySelectorAll<HTMLElement>('tr[data-row]')]
  expect(lines().length).toBeGreaterThan(0)
  expect(lines().length).toBeLessThan(60)
  expect(screen.text(), 'the count is of all').toContain('1000')
  lines()[0]?.focus()
  const press = async (key: string) => {
    document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
    await flushPromises()
  }
  for (let at = 0; at < 40; at += 1) await press('ArrowDown')
  expect((document.activeElement as HTMLElement).dataset.index).toBe('40')
  await press('1')
  expect(of('mark_roll')).toEqual([{ line: 'l1', subject: 'p40', state: 'arrived', note: null }])
  // She scrolls elsewhere: the row under the keyboard is still there, and ↑ leads on from it.
  screen.get('.table-frame').element.scrollTo({ top: 30_000 })
  await flushPromises()
  expect((document.activeElement as HTMLElement).dataset.index).toBe('40')
  expect(lines().length).toBeLessThan(60)
  // The window hears of scrolling only a moment later.
  Element.prototype.scrollTo = () => {}
  await press('ArrowUp')
  expect((document.activeElement as HTMLElement).dataset.index).toBe('39')
  for (const one of spied) one.mockRestore()
  screen.unmount()
}, 30_000)
