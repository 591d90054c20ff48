import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { Today, TodayCounts, TodayRow } from '@/shared/bindings/desk'
import { makeI18n } from '@/shared/i18n'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import { card } from '../roll/samples'
import { useUndo } from '../undo'
import TodayPage from './TodayPage.vue'

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
const NONE: TodayCounts = {
  due: 0,
  returned: 0,
  pending: 0,
  drafts: 0,
  refused: 0,
  open: 0,
  needs: 0,
  appointments: 0,
  signatures: 0,
  watched: 0,
  lines: 0,
  promises: 0,
  results: 0,
  papers: 0,
  expiring: 0,
  fixed_days: 0,
}
function row(kind: TodayRow['kind'], change: Partial<TodayRow>): TodayRow {
  return {
    kind,
    case: 'c1',
    visit: null,
    line: null,
    household: null,
    person: card('p1', '余桂英'),
    item: 'SSC',
    item_name: '社保卡',
    words: '',
    due: null,
    days_left: null,
    in_workdays: false,
    several: null,
    can_open: true,
    outcome: null,
    fetched: false,
    steps: [],
    state: '',
    ...change,
  }
}
const today = (rows: TodayRow[]): Today => ({
  day: '2026-11-28',
  counts: {
    ...NONE,
    promises: rows.filter((one) => one.kind === 'promise').length,
    results: rows.filter((one) => one.kind === 'result').length,
    fixed_days: rows.filter((one) => one.kind === 'fixed_day').length,
  },
  month: { households_visited: 0, cases: 0 },
  rows,
})

async function open(rows: TodayRow[]) {
  desk.today = () => today(rows)
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:rest(.*)', component: { render: () => null } }],
  })
  const screen = mount(TodayPage, { global: { plugins: [createPinia(), router, i18n] }, attachTo: document.body })
  await flushPromises()
  return { screen, router }
}

beforeEach(() => {
  asked.length = 0
  desk = {
    list_people: () => ({ total: 1, rows: [] }),
    bring_result: () => ({ row: { id: 'l7' } }),
    sync_state: () => null,
  }
})
afterEach(() => (document.body.innerHTML = ''))

test('a limit that runs out is told in working days, amber near its end and red past it', async () => {
  const { screen, router } = await open([
    row('promise', { words: '承诺办结', days_left: -1, in_workdays: true }),
    row('promise', { words: '承诺办结', days_left: 2, in_workdays: true }),
    row('promise', { words: '承诺办结', days_left: 5, in_workdays: true }),
    row('promise', { words: '法定', days_left: 4 }),
    row('promise', { words: '法定', days_left: 0 }),
  ])
  const told = screen
    .findAll('.days')
    .map((one) => [one.text(), one.classes().filter((c) => ['over', 'near'].includes(c))])
  expect(told).toEqual([
    ['超期 1 个工作日', ['over']],
    ['还剩 2 个工作日', ['near']],
    ['还剩 5 个工作日', []],
    ['还剩 4 天', []],
    ['今天到期', ['near']],
  ])
  expect(screen.find('.count-tile, [aria-pressed]').exists()).toBe(true)
  await screen.find('li button').trigger('click')
  await flushPromises()
  expect(router.currentRoute.value.path).toBe('/cases/c1')
  screen.unmount()
})

test('a result says whether it was fetched; one press leads to the line that hands it out', async () => {
  const { screen, router } = await open([
    row('result', { outcome: 'granted' }),
    row('result', { outcome: 'refused', fetched: true }),
  ])
  expect(screen.text()).toContain('已作决定：予以确认，还没有告知本人')
  expect(screen.text()).toContain('结果已取回，还没有交给本人（不予确认）')
  await screen.find('li button').trigger('click')
  await flushPromises()
  expect(asked.find((one) => one.command === 'bring_result')?.args).toEqual({ case: 'c1' })
  expect(router.currentRoute.value.path).toBe('/registers/line/l7')
  screen.unmount()
})

test('what falls due leads to where it is written: certifications to their page, the rest to a new case that can be opened', async () => {
  const due = (change: Partial<TodayRow>) => row('due', { days_left: 3, ...change })
  const { screen, router } = await open([
    due({ item: 'PENSION_CERT', person: null, several: 41, item_name: '养老认证' }),
    due({ item: 'HUNYIN_2023', can_open: false }),
    row('watch', { line: 'l9', case: null, person: { ...card('p1', '余桂英'), household: 'h1' } }),
  ])
  expect(screen.text()).toContain('41 人到期')
  const press = async (at: number) => {
    await screen.findAll('li button')[at]?.trigger('click')
    await flushPromises()
    return router.currentRoute.value.path
  }
  expect(screen.findAll('li button').map((one) => one.text())).toEqual(['逐个登记', '去办理', '开始走访'])
  expect(await press(0)).toBe('/certify')
  expect(await press(1), 'an item that is closed opens no dialog').toBe('/people/p1')
  desk.start_visit = () => ({ visit: { id: 'v3' } })
  expect(await press(2)).toBe('/visits/v3')
  expect(asked.find((one) => one.command === 'start_visit')?.args).toMatchObject({ household: 'h1' })
  screen.unmount()
})

test('what cannot be handed out says why', async () => {
  desk.bring_result = () => Promise.reject({ code: 'line_unknown', facts: {} })
  const { screen, router } = await open([row('result', { outcome: 'granted' })])
  await screen.find('li button').trigger('click')
  await flushPromises()
  expect(screen.text()).toContain('找不到这条登记')
  expect(router.currentRoute.value.path).not.toContain('registers')
  screen.unmount()
})

test('who is to come is called, came or did not come in one press, and that is taken back', async () => {
  const said: unknown[] = []
  desk.mark_line = (args) => said.push(args)
  const steps = ['called', 'arrived', 'no_show']
  const { screen, router } = await open([row('appointment', { line: 'l1', case: null, steps, state: 'booked' })])
  expect(screen.findAll('.steps button').map((one) => one.text())).toEqual(['已叫号', '已到场', '未到'])
  await screen.findAll('.steps button')[2]!.trigger('click')
  await flushPromises()
  expect(said).toEqual([{ line: 'l1', state: 'no_show' }])
  expect(asked.filter((one) => one.command === 'today')).toHaveLength(2)
  const undo = useUndo()
  expect(undo.done?.words).toBe('余桂英：未到')
  await undo.takeBack()
  expect(said[1]).toEqual({ line: 'l1', state: 'booked' })
  desk.mark_line = () => Promise.reject({ code: 'line_unknown', facts: {} })
  await screen.find('.steps button').trigger('click')
  await flushPromises()
  expect(screen.find('.failure-note').exists()).toBe(true)
  expect(router.currentRoute.value.path).toBe('/')
  screen.unmount()
})

test('what is taken back is of the person at whom it was said, though the list has moved up', async () => {
  const said: { line: string; state: string }[] = []
  const steps = ['called', 'arrived', 'no_show']
  const rows = ['l1', 'l2'].map((line) =>
    row('appointment', { line, case: null, steps, state: line === 'l1' ? 'booked' : 'called' }),
  )
  const { screen } = await open(rows)
  desk.mark_line = (args) => said.push(args as { line: string; state: string })
  desk.today = () => ({ ...today(rows), rows: rows.slice(1) })
  await screen.findAll('.steps button')[2]!.trigger('click')
  await flushPromises()
  expect(screen.findAll('.steps')).toHaveLength(1)
  await useUndo().takeBack()
  expect(said).toEqual([
    { line: 'l1', state: 'no_show' },
    { line: 'l1', state: 'booked' },
  ])
  screen.unmount()
})

test('papers that were named as missing stand with the day until which they are to be brought, as returned cases do', async () => {
  const { screen, router } = await open([
    row('returned', { case: 'c0', words: '照片不清', due: '2026-11-27', days_left: -1 }),
    row('papers', { case: 'c1', several: 3, due: '2026-11-30', days_left: 2 }),
    row('papers', { case: 'c2', several: 1, due: '2026-12-20', days_left: 22 }),
  ])
  const told = screen.findAll('li').map((one) => [one.find('.words').text(), one.find('.days').text()])
  expect(told).toEqual([
    ['「照片不清」', '已过期 1 天'],
    ['已一次性告知，还差 3 样', '还剩 2 天'],
    ['已一次性告知，还差 1 样', '还剩 22 天'],
  ])
  expect(screen.findAll('.days').map((one) => one.classes().at(-1))).toEqual(['over', 'near', 'nowrap'])
  await screen.findAll('[data-row]')[1]!.trigger('click')
  await flushPromises()
  expect(router.currentRoute.value.path).toBe('/cases/c1')
  screen.unmount()
})

test('a signature or an authority that runs out leads to where it is renewed', async () => {
  const { screen, router } = await open([
    row('expiry', { case: 'c1', days_left: -2 }),
    row('expiry', { case: null, line: 'l1', words: '核对授权书', days_left: 2, in_workdays: true }),
  ])
  const told = screen.findAll('li').map((one) => [one.find('.words').text(), one.find('.days').text()])
  expect(told).toEqual([
    ['「代办授权委托」', '已过期 2 天'],
    ['「核对授权书」', '还剩 2 个工作日'],
  ])
  expect(screen.findAll('.days').map((one) => one.classes().at(-1))).toEqual(['over', 'near'])
  await screen.findAll('[data-row]')[1]!.trigger('click')
  await flushPromises()
  expect(router.currentRoute.value.path).toBe('/registers/line/l1')
  screen.unmount()
})

test('a fixed day that is near is told with its day, and one press begins its event', async () => {
  desk.begin_line = () => ({ row: { id: 'l9' } })
  const event = { case: null, person: null, line: 'l1', item: 'DJ_HUODONG', item_name: '活动登记', words: '主动申报日' }
  const { screen, router } = await open([row('fixed_day', { ...event, due: '2026-12-10', days_left: 10 })])
  expect(screen.get('li').text()).toContain('主动申报日')
  expect(screen.get('li').text()).toContain('12月10日')
  expect(screen.get('li').text()).toContain('还剩 10 天')
  await screen.find('li button').trigger('click')
  await flushPromises()
  expect(asked.find(({ command }) => command === 'begin_line')?.args).toMatchObject({
    register: 'DJ_HUODONG',
    like: 'l1',
  })
  expect(router.currentRoute.value.path).toBe('/registers/line/l9')
  screen.unmount()
})
