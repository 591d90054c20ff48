import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { BundleView, CaseMaterial, CaseView, ClockView } from '@/shared/bindings/desk'
import CaseClock from '@/shared/CaseClock.vue'
import { Failure } from '@/shared/failure'
import { guideLine, guideView } from '@/shared/guide/samples'
import { makeI18n } from '@/shared/i18n'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import BundlePanel from './BundlePanel.vue'
import CaseSide from './CaseSide.vue'
import NewCaseDialog from './NewCaseDialog.vue'
import NoticePanel from './NoticePanel.vue'
import { caseRow, caseView } from './samples'

type Answer = (args: Record<string, unknown>) => unknown
const asked: { command: string; args: Record<string, unknown> }[] = []
let desk: Record<string, Answer> = {}

vi.mock('@tauri-apps/api/core', () => ({
  convertFileSrc: (path: string) => `photo://localhost/${path}`,
  invoke: (_door: string, { command, args }: { command: string; args: Record<string, unknown> }) => {
    asked.push({ command, args })
    const answer = desk[command]
    return answer ? Promise.resolve().then(() => answer(args)) : Promise.reject({ code: 'internal', facts: {} })
  },
}))
vi.mock('@tauri-apps/api/event', () => ({ listen: () => Promise.resolve(() => {}) }))

const router = createRouter({
  history: createMemoryHistory(),
  routes: [{ path: '/:rest(.*)', component: { render: () => null } }],
})
const global = () => ({ plugins: [createPinia(), router, makeI18n({ 'zh-CN': zh, en }, 'zh-CN')] })
const attempt = async (work: () => Promise<CaseView>) => {
  try {
    await work()
    return null
  } catch (thrown) {
    return Failure.from(thrown)
  }
}
const plain = (text: string | undefined) => (text ?? '').replaceAll(/\s+/g, ' ')
const of = (command: string) => asked.filter((one) => one.command === command).map(({ args }) => args)

beforeEach(() => {
  asked.length = 0
  desk = {}
  Element.prototype.scrollIntoView = () => {}
})
afterEach(() => {
  document.body.innerHTML = ''
})

const missing = [
  { path: 'material/book', label: '户口簿', text: '' },
  { path: '/data/reason', label: '申请理由', text: '这一项必须填写' },
]

test('what the office has itself or is promised is no missing paper', () => {
  const paper = (id: string, ask: CaseMaterial['ask']): CaseMaterial => ({
    id,
    name: id,
    required: true,
    seen: false,
    issued: null,
    until: null,
    expires: false,
    picture: true,
    ask,
    photos: [],
    remark: null,
  })
  const materials = [
    paper('户口簿', 'asked'),
    paper('身份证', 'e_license'),
    paper('收入证明', 'promise'),
    paper('学籍', 'shared'),
    paper('监护证明', 'not_now'),
  ]
  const side = mount(CaseSide, {
    props: { view: caseView({ materials }), showsHindrances: false, attempt },
    global: global(),
  })
  expect(side.text()).toContain('材料 0/1')
  expect(side.findAll('[data-slot]').map((line) => line.attributes('data-slot'))).toEqual(['户口簿'])
  const spared = plain(side.get('.spared').text())
  for (const words of [/身份证 ?电子证照，免提交/, /收入证明 ?告知承诺，免提交/, /学籍 ?部门共享，免提交/])
    expect(spared).toMatch(words)
  expect(side.text()).toContain('目前不用：监护证明')
})

test('a notice names everything that is missing, has no day unless one is given, and goes to paper in two copies', async () => {
  desk.give_notice = ({ complete_by, reason }) =>
    caseView({
      missing,
      can_notice: true,
      notices: [{ entry: null, at: '', missing, complete_by: complete_by as null, reason: String(reason) }],
    })
  desk.show_guide = () => guideView()
  desk.sync_state = () => null
  desk.today = () => null
  let sheet: Element | null = null
  vi.stubGlobal('print', () => {
    sheet = document.querySelector('.notice-paper')?.cloneNode(true) as Element
  })
  const panel = mount(NoticePanel, {
    props: { view: caseView({ missing, can_notice: true }), attempt },
    global: global(),
    attachTo: document.body,
  })
  expect(panel.text()).toContain('待补齐 2 项')
  await panel.get('.el-button').trigger('click')
  await flushPromises()
  const dialog = document.querySelector('.el-dialog')
  expect([...(dialog?.querySelectorAll('ol li') ?? [])].map((line) => plain(line.textContent))).toEqual([
    '户口簿',
    '申请理由：这一项必须填写',
  ])
  dialog?.querySelector<HTMLButtonElement>('.el-button--primary')?.click()
  await flushPromises()
  expect(of('give_notice')).toEqual([{ case: 'c1', complete_by: null, reason: '' }])
  const copies = [...((sheet as Element | null)?.querySelectorAll('.copy') ?? [])].map((copy) =>
    plain(copy.textContent),
  )
  expect(copies).toHaveLength(2)
  expect(copies[0]).toContain('第一联 申请人')
  expect(copies[1]).toContain('第二联 存档')
  for (const copy of copies)
    for (const words of ['户口簿', '这一项必须填写', '最低生活保障', '《社会救助暂行办法》第九条', '申请人签收'])
      expect(copy).toContain(words)
  panel.unmount()
})

test('another notice waits for its reason', async () => {
  const given = { entry: 'e1', at: '2026-11-25T10:00:00+08:00', missing, complete_by: null, reason: '' }
  const panel = mount(NoticePanel, {
    props: { view: caseView({ missing, can_notice: true, notices: [given] }), attempt },
    global: global(),
    attachTo: document.body,
  })
  await panel.findAll('.el-button').at(-1)?.trigger('click')
  await flushPromises()
  const act = () => document.querySelector<HTMLButtonElement>('.el-dialog .el-button--primary')
  expect(act()?.disabled).toBe(true)
  const reason = document.querySelector<HTMLTextAreaElement>('.el-dialog textarea')
  if (reason) reason.value = '家里又添了一口人'
  reason?.dispatchEvent(new Event('input'))
  await flushPromises()
  expect(act()?.disabled).toBe(false)
  panel.unmount()
})

test('where she may not give notice, nothing is told as missing and the notices are only read', () => {
  const given = { entry: 'e1', at: '2026-11-25T10:00:00+08:00', missing, complete_by: null, reason: '' }
  const show = (may: boolean) =>
    mount(NoticePanel, {
      props: { view: caseView({ missing, notices: [given], can_notice: may }), attempt },
      global: global(),
    })
  expect(show(true).find('.el-button').exists()).toBe(true)
  const read = show(false)
  expect(read.find('.el-button').exists()).toBe(false)
  expect(read.text()).toContain('告知 2 项')
  expect(read.text()).not.toContain('待补齐')
  expect(read.text()).not.toContain('材料和填写都齐全')
})

const bundle: BundleView = {
  bundle: 'b1',
  name: '帮扶救助一件事',
  is_bundle: true,
  parts: [
    {
      item: 'DIBAO',
      item_name: '低保',
      department: '民政',
      ticked: true,
      case: caseRow({ id: 'p1', standing: 'confirmed' }),
    },
    {
      item: 'YILIAO',
      item_name: '医疗救助',
      department: '医保',
      ticked: true,
      case: caseRow({ id: 'p2', standing: 'accepted' }),
    },
    { item: 'JIAOYU', item_name: '教育救助', department: '教育', ticked: false, case: null },
  ],
  decided: 1,
  fields: { apart: 48, together: 31 },
  papers: { apart: 9, together: 4 },
  trips: { apart: 2, together: 1 },
}

test('a bundle tells where each part stands, how many are decided, and what it spares', () => {
  const panel = mount(BundlePanel, { props: { bundle, editable: false, present: 'b1' }, global: global() })
  const text = plain(panel.text())
  expect(text).toContain('已办结 1/2')
  expect(text).toContain('已勾选 2/3')
  for (const words of [/填写项 ?48 → 31/, /材料 ?9 → 4/, /跑腿次数 ?2 → 1/]) expect(text).toMatch(words)
  expect(panel.findAll('a').map((link) => link.attributes('href'))).toEqual(['/cases/p1', '/cases/p2'])
})

test('a part leads to its bundle, and not to itself', () => {
  const part = { ...bundle, is_bundle: false, fields: null, papers: null, trips: null }
  const panel = mount(BundlePanel, { props: { bundle: part, editable: true, present: 'p2' }, global: global() })
  expect(panel.findAll('a').map((link) => link.attributes('href'))).toEqual(['/cases/b1', '/cases/p1'])
  expect(panel.text()).not.toContain('省了多少')
})

test('statutory, promised and actual days stand apart; a clock that stands still says why', () => {
  const line = (source: 'statutory' | 'promised', days: number, left: number) => ({
    source,
    name: '全程',
    unconfirmed: source === 'promised',
    reckoning: {
      limit: { days, kind: 'workday' as const },
      due: '2026-12-31',
      provisional: source === 'statutory',
      used: 12,
      left,
      paused: true,
      late: left < 0,
    },
  })
  const stage = (name: string, days: number, kind: 'natural' | 'workday', due: string) => ({
    name,
    limit: { days, kind },
    due,
    provisional: false,
    unconfirmed: false,
  })
  const clock: ClockView = {
    started: '2026-11-02',
    ended: null,
    pause: 'public_notice',
    pause_note: '公示 7 天',
    paused: true,
    workdays_used: 12,
    limits: [line('promised', 10, -2), line('statutory', 30, 18)],
    notice: stage('公示', 7, 'natural', '2026-12-14'),
    stages: [stage('受理后启动调查', 3, 'workday', '2026-11-05')],
  }
  const text = plain(mount(CaseClock, { props: { clock }, global: global() }).text())
  expect(text).toContain('时限中止：公示。')
  expect(text).toContain('公示 7 天')
  expect(text).toMatch(/承诺 10 个工作日 ?待当地确认 ?超期 2 个工作日/)
  expect(text).toMatch(/法定 30 个工作日 ?还剩 18 个工作日.*暂算/)
  expect(text).toMatch(/实际 已用 12 个工作日/)
  expect(text).toMatch(/公示至 ?12月14日.*7 天/)
  expect(text).toMatch(/环节期限 ?受理后启动调查 ?3 个工作日 ?最后一天 ?11月5日/)
})

test('a case of the same period is shown; only who says so again opens another', async () => {
  const dibao = guideLine('DIBAO', { short_name: '低保' })
  desk.find_guides = () => [dibao, guideLine('LNZ', { short_name: '老年优待证', open: false })]
  desk.show_case = () => caseView({ row: caseRow({ id: 'old', standing: 'accepted' }) })
  desk.sync_state = () => null
  desk.today = () => null
  desk.open_case = ({ again }) => {
    if (!again) throw { code: 'case_doubled', facts: { case: 'old' } }
    return caseView({ row: caseRow({ id: 'new' }) })
  }
  const person = { id: 'r1', name: '余桂英' } as never
  const dialog = mount(NewCaseDialog, {
    props: { start: { people: [person], person: 'r1', item: 'DIBAO' } },
    global: global(),
    attachTo: document.body,
  })
  await flushPromises()
  expect([...document.querySelectorAll<HTMLInputElement>('input[name="item"]')].map(({ value }) => value)).toEqual([
    'DIBAO',
  ])
  const act = () => document.querySelector<HTMLButtonElement>('.el-dialog .el-button--primary')
  act()?.click()
  await flushPromises()
  expect(document.querySelector('.doubled')?.textContent).toContain('已经办过或正在办')
  expect(document.querySelector('.earlier a')?.getAttribute('href')).toBe('/cases/old')
  expect(act()?.textContent).toContain('仍要办理')
  act()?.click()
  await flushPromises()
  expect(of('open_case').map(({ again }) => again)).toEqual([false, true])
  dialog.unmount()
})
