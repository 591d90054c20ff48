import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { Figures, LineRow, OfficeState } from '@/shared/bindings/desk'
import { ElOption, ElSelect } from '@/shared/element'
import { makeI18n } from '@/shared/i18n'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import { useOffice } from '../office'
import { lineRow } from '../register/samples'
import { briefOf, corrections, COUNTERS, holding, shareText } from './counting'
import FiguresPage from './FiguresPage.vue'
import { spanOf, stepsOf } from './period'
import { counts, figuresOf, VILLAGE } from './samples'

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
const WHERE = { from: '2026年10月1日', to: '2026年10月31日', village: '大湖村' }
const brief = (figures: Figures) => briefOf(figures, WHERE, i18n.global.t as never)
const VILLAGES = [
  { code: VILLAGE, name: '大湖村' },
  { code: '420704100202', name: '小湖村' },
]
/** A month closed at 41 households; one was taken back and two cases came since. */
const closed = () =>
  figuresOf({
    can_close: false,
    counts: counts({ households: 40, cases: 14 }),
    closed: [
      {
        line: 'l1',
        village: VILLAGE,
        at: '2026-11-02T09:00:00+08:00',
        counts: counts({ households: 41, cases: 12 }),
        items: {},
      },
    ],
    corrected: [{ village: VILLAGE, name: '大湖村', counts: counts({ households: 40, cases: 14 }) }],
  })

async function open(villages = 1) {
  const pinia = createPinia()
  useOffice(pinia).state = { villages: VILLAGES.slice(0, villages), agent: { id: 'a', name: '余老师' } } as OfficeState
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:rest(.*)', component: { render: () => null } }],
  })
  const screen = mount(FiguresPage, { global: { plugins: [pinia, router, i18n] }, attachTo: document.body })
  await flushPromises()
  return screen
}
const of = (command: string) => asked.filter((one) => one.command === command).map(({ args }) => args)

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-26T10:00:00+08:00') })
  asked.length = 0
  desk = {
    figures: () => figuresOf(),
    list_lines: () => ({ total: 0, columns: [], rows: [] }),
    sync_state: () => null,
    today: () => null,
  }
})
afterEach(() => {
  vi.useRealTimers()
  document.body.innerHTML = ''
})

test('the brief says what was done and leaves out what is nothing', () => {
  expect(brief(figuresOf())).toBe(
    '2026年10月1日至2026年10月31日，大湖村帮代办员走访群众 41 户，办理事项 12 件（其中上门主动办理 5 件），服务群众 60 人次。' +
      '办件较多的事项：高龄津贴 9 件、低保 3 件。已作决定 4 件，其中予以确认 3 件。',
  )
  const some = brief(
    figuresOf({ counts: counts({ events: 2, timed: 4, on_time: 3, trips: 7, sessions: 1 }), items: [] }),
  )
  expect(some).toContain('帮代办员开展活动 2 场。另计政策宣讲 1 场。按时办结率 75%（3/4）。为群众少跑 7 趟。')
  expect(some).not.toMatch(/ 0 |走访|办理事项|决定/)
  expect(brief(figuresOf({ counts: counts(), items: [] }))).toContain('没有活动、走访和办件记录')
})

test('a share of nothing is a dash, and nothing short of all is all', () => {
  expect(shareText(0, 0)).toBe('—')
  expect(shareText(0, 4)).toBe('0%')
  expect(shareText(27, 63)).toBe('42.9%')
  expect(shareText(1999, 2000)).toBe('99.9%')
  expect(shareText(4, 4)).toBe('100%')
})

test('corrections are what differs alone; the closed numbers hold', () => {
  expect(
    corrections(counts({ households: 41, cases: 12, visits: 5 }), counts({ households: 40, cases: 14, visits: 5 })),
  ).toEqual([
    { counter: 'households', closed: 41, now: 40, difference: -1 },
    { counter: 'cases', closed: 12, now: 14, difference: 2 },
  ])
  expect(holding(closed()).households).toBe(41)
  expect(brief(closed())).toContain('走访群众 41 户，办理事项 12 件。')
  expect(brief(closed())).toContain('以月结数为准')
})

test('every counter has its words', () => {
  expect(new Set(COUNTERS)).toEqual(new Set(Object.keys(counts())))
  for (const counter of COUNTERS) expect(zh).toHaveProperty([`figures.count.${counter}`])
})

test('a time is a month, a quarter, a year or her own', () => {
  const at = (period: 'month' | 'last_month' | 'quarter' | 'year' | 'own', from = '', to = '') =>
    spanOf({ period, from, to }, '2026-11-26')
  expect(at('month')).toEqual({ from: '2026-11-01', to: '2026-11-26' })
  expect(at('last_month')).toEqual({ from: '2026-10-01', to: '2026-10-31' })
  expect(at('quarter')).toEqual({ from: '2026-10-01', to: '2026-11-26' })
  expect(at('year')).toEqual({ from: '2026-01-01', to: '2026-11-26' })
  expect(at('own', '2026-03-05', '2026-03-04')).toBeNull()
  expect(at('own', '2026-03-05', '')).toBeNull()
  expect(at('own', '2026-03-05', '2026-03-05')).toEqual({ from: '2026-03-05', to: '2026-03-05' })
  expect(stepsOf('2026-10-30', '2026-11-02')).toEqual(['2026-10-30', '2026-10-31', '2026-11-01', '2026-11-02'])
  expect(stepsOf('2026-01-15', '2026-04-02')).toEqual(['2026-01-01', '2026-02-01', '2026-03-01', '2026-04-01'])
})

test('the screen shows the counters, and closing a month is asked first, for each village that is open', async () => {
  desk.figures = () =>
    figuresOf({
      closed: [{ line: 'l1', village: VILLAGE, at: '2026-11-02T09:00:00+08:00', counts: counts(), items: {} }],
    })
  desk.close_month = () => figuresOf()
  const screen = await open(2)
  expect(of('figures')).toEqual([{ from: '2026-11-01', to: '2026-11-26', village: null }])
  expect(screen.get('.main').text()).toContain('走访户数41')
  await screen.get('.action-bar .el-button--primary').trigger('click')
  await flushPromises()
  expect(of('close_month')).toEqual([])
  expect(document.body.textContent).toContain('不能撤销')
  document.querySelector<HTMLElement>('.dialog-acts .el-button--primary')?.click()
  await flushPromises()
  expect(of('close_month')).toEqual([{ village: '420704100202', month: '2026-10' }])
  expect(of('figures')).toHaveLength(2)
  screen.unmount()
})

test('a closed month shows when, and its corrections', async () => {
  desk.figures = closed
  const screen = await open()
  expect(screen.text()).toContain('已月结 11月2日 09:00')
  expect(screen.text()).toContain(zh['figures.closed_holds'])
  const rows = screen.findAll('.table-frame tbody tr').map((row) => row.findAll('th, td').map((cell) => cell.text()))
  expect(rows).toContainEqual(['走访户数', '41', '40', '−1'])
  expect(rows).toContainEqual(['办件数', '12', '14', '+2'])
  expect(rows.filter((row) => row.length === 4)).toHaveLength(2)
  expect(screen.find('.action-bar .el-button--primary').exists()).toBe(false)
  screen.unmount()
})

test('an event of the time has its five counters alone, those that are 0 among them', async () => {
  const row = (id: string, title: string, more: Partial<LineRow> = {}) =>
    lineRow({ id, title, day: '2026-11-15', is_recorded: true, void: '', ...more })
  desk.list_lines = () => ({
    total: 3,
    columns: [],
    rows: [
      row('e1', '集中救助帮扶日'),
      row('e2', '误登', { void: '录重了' }),
      row('e3', '草稿', { is_recorded: false }),
    ],
  })
  desk.event_figures = () => counts({ events: 1, served: 31 })
  const screen = await open()
  expect(of('list_lines')[0]).toMatchObject({ register: 'DJ_HUODONG', filter: { from: '2026-11-01', village: null } })
  const picks = screen.findAllComponents(ElOption).map((option) => option.props('label') as string)
  expect(picks.filter((label) => /帮扶日|误登|草稿/.test(label))).toEqual(['11月15日 集中救助帮扶日'])
  screen.findComponent<typeof ElSelect>('.pick-event').vm.$emit('update:modelValue', 'e1')
  await flushPromises()
  expect(of('event_figures')).toEqual([{ line: 'e1' }])
  const five = screen.findAll('.main dd').map((dd) => dd.text())
  expect(five).toEqual(['1', '0', '0', '0', '31'])
  expect(screen.find('textarea').exists()).toBe(false)
  // Another time has other events.
  desk.list_lines = () => ({ total: 0, columns: [], rows: [] })
  await screen
    .findAll('.chip, [role=radio]')
    .find((chip) => chip.text() === '上月')
    ?.trigger('click')
  await flushPromises()
  expect(screen.find('textarea').exists()).toBe(true)
  screen.unmount()
})

test('nothing recorded, and a failure, are said', async () => {
  desk.figures = () => figuresOf({ counts: counts(), items: [], times: [] })
  const empty = await open()
  expect(empty.text()).toContain('这段时间没有记录')
  empty.unmount()
  desk.figures = () => {
    throw { code: 'disk_full', facts: {} }
  }
  const failed = await open()
  expect(failed.text()).toContain('磁盘满了')
  failed.unmount()
})
