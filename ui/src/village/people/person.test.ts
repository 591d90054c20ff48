import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { PersonView, Whereabouts } from '@/shared/bindings/desk'
import { makeI18n } from '@/shared/i18n'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import { card } from '../roll/samples'
import UndoNote from '../UndoNote.vue'
import PersonPage from './PersonPage.vue'

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
const HERE: Whereabouts = { state: 'here', since: null, place: '' }
const view = (whereabouts = HERE, change: Partial<PersonView> = {}): PersonView => ({
  person: { ...card('p1', '余桂英'), whereabouts },
  household: null,
  benefits: [],
  categories: [],
  pages: [],
  cases: [],
  household_cases: [],
  visits: [],
  timeline: [],
  open: [],
  settled: [],
  ...change,
})
const notes = () => asked.filter((one) => one.command === 'note_whereabouts').map(({ args }) => args.whereabouts)

async function open() {
  const pinia = createPinia()
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:rest(.*)', component: { render: () => null } }],
  })
  const screen = mount(
    { components: { PersonPage, UndoNote }, template: '<PersonPage id="p1" /><UndoNote />' },
    { global: { plugins: [pinia, router, i18n] }, attachTo: document.body },
  )
  await flushPromises()
  return { screen, router }
}
const button = (name: string) =>
  [...document.querySelectorAll<HTMLButtonElement>('button')].filter((one) => one.innerText.trim() === name).at(-1) ??
  [...document.querySelectorAll<HTMLButtonElement>('button')].filter((one) => one.textContent?.trim() === name).at(-1)
async function press(name: string): Promise<void> {
  const found = button(name)
  if (!found) throw new Error(`no button ${name}`)
  found.click()
  await flushPromises()
}
async function type(id: string, text: string): Promise<void> {
  const field = document.getElementById(id) as HTMLInputElement
  field.value = text
  field.dispatchEvent(new Event('input'))
  await flushPromises()
}

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-28T10:00:00+08:00'), toFake: ['Date'] })
  asked.length = 0
  desk = {
    show_person: () => view(),
    note_whereabouts: ({ whereabouts }) => view(whereabouts as Whereabouts),
  }
})
afterEach(() => {
  vi.useRealTimers()
  document.body.innerHTML = ''
})

test('she is noted as moved away with day and place, and one press takes that back', async () => {
  const { screen } = await open()
  await press(zh['where.open'])
  await press('迁出')
  expect(button(zh['where.act'])?.disabled, 'the place is to be said').toBe(true)
  await type('where-place', '武汉市洪山区')
  await type('where-since', '20261129')
  expect(document.body.textContent).toContain(zh['where.too_late'])
  expect(button(zh['where.act'])?.disabled).toBe(true)
  await type('where-since', '20261103')
  await press(zh['where.act'])
  const moved = { state: 'moved', since: '2026-11-03', place: '武汉市洪山区' }
  expect(notes()).toEqual([moved])
  expect(screen.text()).toContain('迁出日期 11月3日 · 武汉市洪山区')
  expect(screen.text()).toContain('已登记余桂英：迁出')
  await press(zh['undo.act'])
  expect(notes()).toEqual([moved, HERE])
  expect(screen.text()).toContain('已撤销：已登记余桂英：迁出')
  expect(screen.text()).not.toContain('武汉市洪山区')
  screen.unmount()
})

test('Ctrl+Z takes it back, while she types it is the field’s; elsewhere nothing is left to take back', async () => {
  const { screen, router } = await open()
  await press(zh['where.open'])
  await press('疑似死亡待核实')
  expect(document.getElementById('where-place'), 'the dead have no place').toBeNull()
  await press(zh['where.act'])
  expect(notes()).toEqual([{ state: 'suspected', since: '2026-11-28', place: '' }])
  const undo = new KeyboardEvent('keydown', { key: 'z', ctrlKey: true, bubbles: true, cancelable: true })
  const field = document.createElement('input')
  document.body.append(field)
  field.dispatchEvent(undo)
  expect(notes()).toHaveLength(1)
  document.querySelectorAll('[aria-modal="true"]').forEach((dialog) => dialog.remove())
  window.dispatchEvent(new KeyboardEvent('keydown', { key: 'z', ctrlKey: true, cancelable: true }))
  await flushPromises()
  expect(notes()).toHaveLength(2)
  await router.push('/today')
  await flushPromises()
  expect(screen.find('.undo-note').exists()).toBe(false)
  screen.unmount()
})

test('what could not be taken back says why, and can be tried again', async () => {
  const { screen } = await open()
  await press(zh['where.open'])
  await press('外出')
  await type('where-place', '武汉市')
  await press(zh['where.act'])
  desk.note_whereabouts = () => Promise.reject({ code: 'death_verified', facts: {} })
  await press(zh['undo.act'])
  expect(screen.find('.undo-note').text()).toContain('已由主管部门核实')
  expect(button(zh['undo.act'])).toBeDefined()
  screen.unmount()
})

test('benefits stand with their course and categories with their basis', async () => {
  desk.show_person = () =>
    view(HERE, {
      benefits: [
        {
          item: 'GAOLING',
          name: '高龄津贴',
          runs: false,
          steps: [
            { kind: 'stopped', day: '2026-11-26', words: '户口迁出', case: null, review: null },
            { kind: 'granted', day: '2026-03-05', words: '', case: 'c1', review: '2027-03-05' },
          ],
        },
      ],
      categories: [
        {
          code: '',
          words: '低保对象',
          basis: '某镇〔2025〕12号',
          since: '2025-01-01',
          until: '2025-12-31',
          over: true,
          line: 'l1',
        },
        { code: 'elderly', words: '', basis: '', since: '2026-11-01', until: null, over: false, line: null },
      ],
    })
  const { screen } = await open()
  const text = screen.text()
  for (const told of ['高龄津贴', '已停发', '部门停发 · 户口迁出', '予以确认 · 下次复核 2027年3月5日'])
    expect(text).toContain(told)
  for (const told of ['某镇〔2025〕12号 · 2025年1月1日至2025年12月31日 · 已过期', '老年', '花名册（11月1日导入）'])
    expect(text).toContain(told)
  expect(screen.find('a[href="/cases/c1"]').exists()).toBe(true)
  screen.unmount()
})

test('what registers say stands on the page, hers first, and one press begins a line', async () => {
  const note = (person: string, name: string, line: string) => ({
    line,
    person,
    person_name: name,
    day: '2026-11-20',
    answers: [{ label: '致困原因', text: '因病' }],
    watch: null,
  })
  const pages = [
    {
      register: 'DJ_JIATING',
      name: '家庭情况',
      can_begin: true,
      notes: [note('p2', '余家成', 'l2'), note('p1', '余桂英', 'l1')],
    },
    { register: 'DJ_GUANZHU', name: '重点关注', can_begin: true, notes: [] },
  ]
  desk.show_person = () => view(HERE, { pages })
  desk.begin_line = () => ({ row: { id: 'l9' } })
  const { screen, router } = await open()
  const links = screen.findAll('.note a').map((link) => link.attributes('href'))
  expect(links, 'hers first').toEqual(['/registers/line/l1', '/registers/line/l2'])
  expect(
    screen.findAll('.note b').map((name) => name.text()),
    'only others are named',
  ).toEqual(['余家成'])
  expect(screen.text()).toContain('致困原因因病')
  await press('登记重点关注')
  expect(asked.find((one) => one.command === 'begin_line')?.args).toMatchObject({
    register: 'DJ_GUANZHU',
    person: 'p1',
    after: null,
  })
  expect(router.currentRoute.value.fullPath).toBe('/registers/line/l9')
  screen.unmount()
})

test('who is watched has the day of the last visit and of the next, and what is late is seen', async () => {
  const watched = (watch: { met: string | null; next: string }) => [
    {
      register: 'DJ_GUANZHU',
      name: '重点关注',
      can_begin: true,
      notes: [{ line: 'l1', person: 'p1', person_name: '余桂英', day: '2026-11-01', answers: [], watch }],
    },
  ]
  desk.show_person = () => view(HERE, { pages: watched({ met: '2026-11-20', next: '2026-12-05' }) })
  const { screen } = await open()
  expect(screen.find('.note').text()).toContain('上次走访 11月20日，下次 12月5日')
  expect(screen.find('.note .over').exists()).toBe(false)
  screen.unmount()
  desk.show_person = () => view(HERE, { pages: watched({ met: null, next: '2026-11-27' }) })
  const late = await open()
  expect(late.screen.find('.note .over').text()).toBe('还没有走访见到过，下次 11月27日')
  late.screen.unmount()
})

test('somebody who lives with her is added, another relation is said, it ends, and each is taken back by one press', async () => {
  const living: { person: ReturnType<typeof card>; relation: string }[] = []
  const house = () => ({
    id: 'h1',
    household_no: '007',
    address: '大湖村3组',
    registered: [card('p1', '余桂英')],
    living_together: [...living],
    pages: [],
    open: [],
    settled: [],
  })
  const told: unknown[] = []
  desk = {
    ...desk,
    show_person: () => view(HERE, { household: house() }),
    relation_words: () => ['户主', '母亲'],
    find_people: () => [card('p9', '陈小满')],
    live_together: ({ household, person, relation }) => {
      told.push([household, person, relation])
      living.length = 0
      if (relation !== null) living.push({ person: card('p9', '陈小满'), relation: String(relation) })
      return house()
    },
  }
  const { screen } = await open()
  expect(screen.get('.household').text()).toContain(zh['living.nobody'])
  await press(zh['living.add'])
  const field = (list: boolean) =>
    [...document.querySelectorAll<HTMLInputElement>('.el-dialog input[type=text]')].find(
      (one) => (one.getAttribute('list') !== null) === list,
    )
  const write = async (list: boolean, text: string) => {
    const one = field(list)
    if (!one) throw new Error('no field')
    one.value = text
    one.dispatchEvent(new Event('input'))
    await flushPromises()
  }
  await write(false, '陈')
  await expect.poll(() => document.querySelectorAll('.el-dialog [type=radio]').length).toBe(1)
  document.querySelector<HTMLInputElement>('.el-dialog [type=radio]')?.click()
  await flushPromises()
  expect(button(zh['living.act'])?.disabled, 'the relation is to be said').toBe(true)
  await write(true, '外孙女')
  await press(zh['living.act'])
  expect(told).toEqual([['h1', 'p9', '外孙女']])
  expect(screen.get('.household').text()).toContain('外孙女')
  await press(zh['living.change'])
  await write(true, '儿媳')
  await press(zh['living.act'])
  await press(zh['undo.act'])
  expect(told.slice(1)).toEqual([
    ['h1', 'p9', '儿媳'],
    ['h1', 'p9', '外孙女'],
  ])
  await press(zh['living.end'])
  expect(screen.get('.household').text()).toContain(zh['living.nobody'])
  await press(zh['undo.act'])
  expect(told.slice(3)).toEqual([
    ['h1', 'p9', null],
    ['h1', 'p9', '外孙女'],
  ])
  screen.unmount()
})
