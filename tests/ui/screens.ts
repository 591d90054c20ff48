// Every screen of both programs, and how one gets there: what the gallery shows and what is measured at every size.
import type { Demo } from './harness/demo'
import type { ConsolePage } from './harness/browser'
import { newFolder } from './harness/folder'
import { writeForm, writeGroups } from './harness/official'
import type { Window } from './harness/window'
import { Key } from './harness/window'
import { wordsOf, type Language } from './harness/words'

export interface Screen<On> {
  name: string
  /** What it shows, for the index of the gallery. */
  what: Record<Language, string>
  open: (on: On, demo: Demo, language: Language) => Promise<void>
  /** Leaves a dialog; the next screen is opened by its address. */
  leave?: (on: On) => Promise<void>
}

export const escapeWindow = (window: Window) => window.keys(Key.ESCAPE)
const say = (language: Language) => wordsOf('village', language)
const tell = (language: Language) => wordsOf('console', language)

export const BLANK = { village: null, person: null, visit: null, like: null, after: null, case: null }
/** A line with a roll, made once however often it is looked at. */
export async function listed(
  window: Window,
  register: string,
  answers: Record<string, string>,
  many: number,
): Promise<string> {
  const known = (await window.desk('open_rolls', {})).find(
    (one) => one.register === register && one.line.title.includes(answers['/data/name'] ?? ''),
  )
  if (known) return known.line.id
  const line = (await window.desk('begin_line', { ...BLANK, register })).row.id
  await window.desk('answer_line', { line, answers })
  await window.desk('record_line', { line })
  const { rows } = await window.desk('find_for_roll', { line, source: { from: 'words', text: '' } })
  await window.desk('put_on_roll', { line, subjects: rows.slice(0, many).map(({ id }) => id) })
  return line
}
export async function event(window: Window): Promise<string> {
  const { day } = await window.desk('today', {})
  const answers = {
    '/data/state': 'planned',
    '/data/day': day,
    '/data/kind': 'door',
    '/data/name': '社保便利进家门',
    '/data/place': '村委会',
    '/data/responsible': '余老师',
  }
  return listed(window, 'DJ_HUODONG', answers, 6)
}
/** A round that wants two, at whose first doors she was. */
async function round(window: Window): Promise<string> {
  const line = await listed(window, 'DJ_ZOUFANG', { '/data/name': '十一月走访', '/data/two': 'yes' }, 9)
  const { rows } = await window.desk('show_roll', { line })
  if (rows.some(({ visit }) => visit)) return line
  const notes = { note: '', need_kind: null, need_urgency: null, need_answer: '', need_office: '', need_due: '' }
  const said = { need: '', need_outcome: '', follow_up: '', cannot_apply: false, leaflets: 1, consultations: 0 }
  for (const [at, row] of rows.slice(0, 4).entries()) {
    const { visit } = await window.desk('start_visit', { household: row.id, round: line })
    const result = at === 1 ? ('nobody' as const) : ('met' as const)
    const met = result === 'met' && row.people[0] ? [row.people[0].id] : []
    const companions = at === 2 ? '' : '王主任'
    await window.desk('record_visit', {
      visit: visit.id,
      notes: { ...notes, ...said, result, met, companions, visited_on: '', need: at === 0 ? '想要一张护理床' : '' },
    })
  }
  return line
}

/** A screen of the window that an address leads to. */
export function page(name: string, zh: string, en: string, route: (demo: Demo) => string): Screen<Window> {
  return { name, what: { 'zh-CN': zh, en }, open: (window, demo) => window.go(route(demo)) }
}

export const windowScreens: Screen<Window>[] = [
  page('today', '今日：到期、退回、草稿、待报送', 'Today: due, returned, drafts, waiting', () => '/today'),
  {
    name: 'search',
    what: { 'zh-CN': '按拼音首字母找人', en: 'Finding a person by initials' },
    open: async (window, _, language) => {
      await window.go('/today')
      await window.keys('/')
      await window.keys('w')
      await window.find('listbox', say(language)('search.found'))
    },
    leave: async (window) => {
      await window.keys(Key.BACK_SPACE, Key.ESCAPE)
    },
  },
  {
    name: 'help',
    what: { 'zh-CN': '帮助：在这一页旁边', en: 'Help beside the screen' },
    open: async (window, _, language) => {
      await window.go('/today')
      await window.keys(Key.F1)
      await window.reads(say(language)('help.today.for'))
      await window.settled()
    },
    leave: (window) => window.keys(Key.F1),
  },
  page('people', '群众', 'People', () => '/people'),
  page(
    'person',
    '一个人：办件、走访、家庭、时间线',
    'A person: cases, visits, household, timeline',
    (demo) => `/people/${demo.person}`,
  ),
  {
    name: 'add-person',
    what: { 'zh-CN': '登记新人', en: 'Somebody new' },
    open: async (window, _, language) => {
      await window.go('/people')
      await window.press('button', say(language)('edit.add'))
      await window.find('dialog', say(language)('edit.add'))
      await window.settled()
    },
    leave: escapeWindow,
  },
  {
    name: 'edit-person',
    what: { 'zh-CN': '更正资料', en: 'Correcting what is known' },
    open: async (window, demo, language) => {
      await window.go(`/people/${demo.person}`)
      await window.press('button', say(language)('edit.open'))
      await window.settled()
    },
    leave: escapeWindow,
  },
  {
    name: 'whereabouts',
    what: { 'zh-CN': '登记去向：外出、迁出、疑似死亡待核实', en: 'Where somebody is: away, moved, said to have died' },
    open: async (window, demo, language) => {
      await window.go(`/people/${demo.person}`)
      await window.press('button', say(language)('where.open'))
      await window.press('radio', say(language)('where.moved'))
      await window.settled()
    },
    leave: escapeWindow,
  },
  page('roster', '导入花名册', 'Taking in the roster', () => '/roster'),
  page('sheet', '填表助手：选择表格，或粘贴名单', 'The form helper: a sheet, or a pasted list', () => '/fill'),
  {
    name: 'sheet-pasted',
    what: { 'zh-CN': '填表助手：一段话里的人', en: 'The form helper: whom a message names' },
    open: async (window, _, language) => {
      await window.go('/fill')
      const { rows } = await window.desk('list_people', { offset: 0, limit: 3 })
      await window.type(say(language)('sheet.paste'), rows.map(({ name }) => name).join('、'))
      await window.press('button', say(language)('sheet.find_pasted'))
      await window.find('list', say(language)('search.found'))
      await window.settled()
    },
    leave: (window) => window.script('document.querySelector(".page-head .acts button").click()'),
  },
  page('visits', '走访：选一户', 'Visits: choosing a household', () => '/visits'),
  page('household', '走访：这一户', 'Visits: the household', (demo) => `/visits/house/${demo.household}`),
  page(
    'visit',
    '走访：见到了谁、有什么需要',
    'A visit: who was met, what is needed',
    (demo) => `/visits/${demo.visit}`,
  ),
  page('ledger', '台账：筛选、排序、导出', 'The ledger: filters, order, export', () => '/cases'),
  page('case-draft', '办件：正在填的表单', 'A case being filled in', (demo) => `/cases/${demo.cases.draft}`),
  {
    name: 'case-members',
    what: { 'zh-CN': '办件：家庭成员逐行填写', en: 'A case: a row for every member' },
    open: async (window, demo) => {
      await window.go(`/cases/${demo.cases.draft}`)
      const view = await window.desk('show_case', { case: demo.cases.draft })
      await window.press('button', view.form.find(({ path }) => path === '/data/household')?.label ?? '')
      await window.settled()
    },
  },
  {
    name: 'case-table',
    what: { 'zh-CN': '办件：家庭成员按表格填写', en: 'A case: all members in one table' },
    open: async (window, demo, language) => {
      await window.go(`/cases/${demo.cases.draft}`)
      const view = await window.desk('show_case', { case: demo.cases.draft })
      await window.press('button', view.form.find(({ path }) => path === '/data/household')?.label ?? '')
      await window.press('button', say(language)('form.as_table'))
      await window.settled()
    },
  },
  page(
    'case-returned',
    '办件：乡镇退回补正',
    'A case that the township returned',
    (demo) => `/cases/${demo.cases.returned}`,
  ),
  page('case-confirmed', '办件：审核确认', 'A case that is confirmed', (demo) => `/cases/${demo.cases.confirmed}`),
  page(
    'case-assisted',
    '办件：已协助，待社保确认',
    'A case that was assisted with',
    (demo) => `/cases/${demo.cases.assisted}`,
  ),
  {
    name: 'case-history',
    what: { 'zh-CN': '办件：经过', en: 'A case: what happened' },
    open: async (window, demo, language) => {
      await window.go(`/cases/${demo.cases.second}`)
      await window.press('radio', say(language)('case.history'))
      await window.settled()
    },
  },
  {
    name: 'case-compare',
    what: { 'zh-CN': '办件：两次上报对比', en: 'A case: two submissions compared' },
    open: async (window, demo, language) => {
      await window.go(`/cases/${demo.cases.second}`)
      await window.press('radio', say(language)('case.revisions'))
      await window.find('table', '').catch(() => undefined)
      await window.settled()
    },
  },
  {
    name: 'case-photo',
    what: { 'zh-CN': '办件：看照片', en: 'A case: looking at a photo' },
    open: async (window, demo, language) => {
      await window.go(`/cases/${demo.cases.confirmed}`)
      await window.press('button', say(language)('photo.open_named', { name: '' }).trim())
      await window.find('dialog', '')
      await window.settled()
    },
    leave: escapeWindow,
  },
  {
    name: 'new-case',
    what: { 'zh-CN': '新办件', en: 'A new case' },
    open: async (window, demo, language) => {
      await window.go(`/visits/${demo.visit}`)
      await window.press('button', say(language)('act.new_case'))
      await window.find('dialog', say(language)('new_case.title'))
      await window.settled()
    },
    leave: escapeWindow,
  },
  {
    name: 'discard',
    what: { 'zh-CN': '放弃草稿前的询问', en: 'Asked before a draft is thrown away' },
    open: async (window, demo, language) => {
      await window.go(`/cases/${demo.cases.draft}`)
      await window.press('button', say(language)('case.discard'))
      await window.find('dialog', say(language)('case.discard_title'))
      await window.settled()
    },
    leave: escapeWindow,
  },
  {
    name: 'notice',
    what: { 'zh-CN': '办件：一次性告知', en: 'A case: everything that is missing, told once' },
    open: async (window, demo, language) => {
      await window.go(`/cases/${demo.cases.draft}`)
      await window.press('button', say(language)('notice.give'), { exact: true })
      await window.find('dialog', say(language)('notice.title'))
      await window.settled()
    },
    leave: escapeWindow,
  },
  page(
    'case-accepted',
    '办件：已受理，时限',
    'A case that was accepted, and its limits',
    (demo) => `/cases/${demo.cases.accepted}`,
  ),
  {
    name: 'roll',
    what: { 'zh-CN': '走访计划的名单：走到了哪里', en: 'A round of visits: how far its roll is' },
    open: async (window) => window.go(`/registers/line/${await round(window)}`),
  },
  {
    name: 'round',
    what: { 'zh-CN': '走访：名单上的这一户', en: 'At a door of a round' },
    open: async (window) => {
      const line = await round(window)
      const { rows } = await window.desk('show_roll', { line })
      const met = rows.find(({ result }) => result === 'met')
      await window.go(`/visits/${met?.visit ?? ''}`)
    },
  },
  {
    name: 'grid',
    what: { 'zh-CN': '照纸质登记表录入', en: 'Typing in what was noted on paper' },
    open: async (window) => window.go(`/rounds/${await round(window)}/grid`),
  },
  {
    name: 'sign-in-list',
    what: { 'zh-CN': '活动名单：按数字键签到', en: 'Who comes to an event: signed in by a digit' },
    open: async (window) => window.go(`/registers/line/${await event(window)}`),
  },
  {
    name: 'undo',
    what: { 'zh-CN': '刚记的可以撤销', en: 'What was just noted can be taken back' },
    open: async (window, _, language) => {
      const line = await event(window)
      await window.go(`/registers/line/${line}`)
      await window.reads(say(language)('roll.take'))
      await window.script('document.querySelector("tr .word-button.grave").click()')
      await window.find('button', say(language)('undo.act'))
      await window.settled()
    },
    leave: async (window) => {
      await window.keys(Key.chord(Key.CONTROL, 'z'))
    },
  },
  page('registers', '登记簿', 'The registers', () => '/registers'),
  {
    name: 'line',
    what: { 'zh-CN': '登记簿：正在填的一条', en: 'A line of a register being filled in' },
    open: async (window) => {
      const filter = { text: '', village: null, from: null, to: null, open: false }
      // One draft is enough, however often it is looked at.
      const register = 'DJ_ZIXUN'
      const { rows } = await window.desk('list_lines', { register, filter, offset: 0, limit: 1 })
      const id = rows[0]?.id ?? (await window.desk('begin_line', { ...BLANK, register })).row.id
      await window.go(`/registers/line/${id}`)
    },
  },
  page('register', '登记簿：活动登记', 'A register and its lines', () => '/registers/DJ_HUODONG'),
  page('figures', '统计：五项计数、月结、工作简报', 'Figures: counters, closing a month, the brief', () => '/figures'),
  {
    name: 'case-handling',
    what: { 'zh-CN': '办件：办理方式', en: 'A case: how it is handled' },
    open: async (window, demo, language) => {
      await window.go(`/cases/${demo.cases.draft}`)
      await window.press('button', say(language)('handling.change'), { exact: true })
      await window.settled()
    },
  },
  page('due', '到期清单', 'What falls due', () => '/due'),
  page('certify', '养老认证：逐个登记', 'Pensioners certified one after the other', () => '/certify'),
  page('compare', '养老认证：与社保名单核对', 'Certifications beside the official list', () => '/certify/compare'),
  page('due-list', '导入到期名单', 'Taking in an official due list', () => '/due/list'),
  page('radar', '应享未享', 'Who may be entitled and has not asked', () => '/radar'),
  page('guides', '事项指南', 'The items', () => '/guides'),
  page('guide', '事项指南：低保', 'An item', () => '/guides/DIBAO'),
  page('guide-bundle', '事项指南：一件事', 'A bundle', () => '/guides/BANGFU'),
  page('guide-closed', '事项指南：停办的事项', 'An item that is switched off', () => '/guides/LNZ'),
  page('sync', '报送：走到了哪里', 'Reporting: how far it is', () => '/sync'),
  page('settings', '设置', 'Settings', () => '/settings'),
  {
    name: 'handover',
    what: { 'zh-CN': '离岗交接：办件、材料、三方签字', en: 'A hand-over: cases, papers, three signatures' },
    open: async (window) => {
      const { agents } = await window.desk('key_state', {})
      await window.go(`/handover/${agents[0]?.agent.id ?? ''}`)
    },
  },
]

/** A screen of the console that an address leads to. */
export function place(name: string, zh: string, en: string, route: (demo: Demo) => string): Screen<ConsolePage> {
  return { name, what: { 'zh-CN': zh, en }, open: (console, demo) => console.go(route(demo)) }
}
export const escapePage = async ({ page }: ConsolePage) => {
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
}
/** A screen with a dialog that a button opens. */
export function dialog(
  name: string,
  zh: string,
  en: string,
  route: (demo: Demo) => string,
  button: (words: (key: string) => string) => string,
  then?: (console: ConsolePage, language: Language) => Promise<void>,
): Screen<ConsolePage> {
  return {
    name,
    what: { 'zh-CN': zh, en },
    open: async (console, demo, language) => {
      await console.go(route(demo))
      await console.page.getByRole('button', { name: button(tell(language)), exact: true }).click()
      await console.page.getByRole('dialog').waitFor()
      await then?.(console, language)
      await console.settled()
    },
    leave: escapePage,
  }
}

/** Brings an official's form, with its table, to where forms are published. */
async function bringForm(console: ConsolePage, language: Language, slips: { function?: boolean; list?: boolean } = {}) {
  const { page } = console
  await console.go('/forms/new')
  const away = page.getByRole('button', { name: tell(language)('publish.put_away'), exact: true })
  if (await away.isVisible()) await away.click()
  const folder = newFolder('official')
  await page
    .locator('input[type=file]')
    .setInputFiles([writeForm(folder.path, '高龄津贴.xlsx', '1', slips), writeGroups(folder.path)])
  await page.locator('.notice').first().waitFor()
  folder.remove()
  await console.settled()
}

/** What an acceptor sees. */
export const acceptorScreens: Screen<ConsolePage>[] = [
  place('inbox', '收件：报送包', 'Inbox: batches', () => '/inbox'),
  place('batch', '收件：预览和导入', 'A batch: preview and import', (demo) => `/inbox/${demo.batch}`),
  place('review-list', '待审', 'To review', () => '/review'),
  place(
    'review',
    '审核：表单与照片并排',
    'Review: the form beside the photos',
    (demo) => `/review/${demo.cases.review}`,
  ),
  place(
    'review-changed',
    '审核：与上次不同之处',
    'Review: what changed since last time',
    (demo) => `/review/${demo.cases.second}`,
  ),
  place(
    'review-invalid',
    '审核：答案不符合表单的规则，只能退回补正',
    'Review: answers that the form refuses',
    (demo) => `/review/${demo.cases.invalid}`,
  ),
  dialog(
    'return-invalid',
    '退回补正：表单自己的原因已写成意见',
    'Returning with the form’s own reasons',
    (demo) => `/review/${demo.cases.invalid}`,
    (words) => words('return.open'),
  ),
  {
    name: 'remark',
    what: { 'zh-CN': '审核：对某一项写意见', en: 'Review: a remark at a field' },
    open: async (console, demo, language) => {
      await console.go(`/review/${demo.cases.review}`)
      await console.page.getByText('自建平房', { exact: true }).click()
      await console.page.getByRole('button', { name: tell(language)('remark.done') }).waitFor()
      await console.page.keyboard.type(language === 'en' ? 'Area and year are missing' : '请写明面积和建成年份')
      await console.settled()
    },
  },
  dialog(
    'return',
    '退回补正',
    'Returning for correction',
    (demo) => `/review/${demo.cases.second}`,
    (words) => words('return.open'),
  ),
  dialog(
    'compare',
    '两次上报对比',
    'Two submissions compared',
    (demo) => `/review/${demo.cases.second}`,
    (words) => words('compare.open'),
  ),
  place('accepted', '办理中', 'Accepted', () => '/accepted'),
  place('cases', '全部办件', 'All cases', () => '/cases'),
  place('case-confirmed', '办结的一件', 'A case that is confirmed', (demo) => `/cases/${demo.cases.confirmed}`),
  place('quarantine', '待核记录', 'Held records', () => '/quarantine'),
  place('password', '修改密码', 'Changing the password', () => '/password'),
]
/** What a confirmer sees besides. */
export const confirmerScreens: Screen<ConsolePage>[] = [
  dialog(
    'decide',
    '审核确认',
    'Deciding',
    (demo) => `/accepted/${demo.cases.accepted}`,
    (words) => words('decide.open'),
  ),
]
/** What an administrator sees besides. */
export const adminScreens: Screen<ConsolePage>[] = [
  place('laptops', '电脑', 'Laptops', () => '/laptops'),
  dialog(
    'enrol',
    '登记新电脑：登记码和二维码',
    'Enrolling a laptop: code and QR',
    () => '/laptops',
    (words) => words('enrol.title'),
    async (console, language) => {
      await console.page.getByRole('checkbox').first().check()
      await console.page.getByRole('button', { name: tell(language)('enrol.issue') }).click()
      await console.page.getByRole('img', { name: tell(language)('enrol.qr') }).waitFor()
    },
  ),
  {
    name: 'forms',
    what: { 'zh-CN': '表单：现用的表单和发布记录', en: 'Forms: in use, and what was published' },
    open: async (console) => {
      await console.go('/forms')
      await console.page.getByRole('row').filter({ hasText: 'DIBAO' }).first().waitFor()
      await console.settled()
    },
  },
  place('form-choose', '发布新表单：选择工作簿', 'Publishing a form: choosing', () => '/forms/new'),
  {
    name: 'form-broken',
    what: { 'zh-CN': '发布新表单：逐格指出错误', en: 'Publishing a form: its mistakes, cell by cell' },
    open: (console, _, language) => bringForm(console, language, { function: true, list: true }),
  },
  {
    name: 'form-good',
    what: { 'zh-CN': '发布新表单：检查通过', en: 'Publishing a form: it is good' },
    open: (console, _, language) => bringForm(console, language),
  },
  {
    name: 'form-try',
    what: { 'zh-CN': '发布新表单：试填', en: 'Publishing a form: a trial' },
    open: async (console, _, language) => {
      const { page } = console
      await bringForm(console, language)
      await page
        .locator('.action-bar')
        .getByRole('button', { name: tell(language)('publish.step.try') })
        .click()
      await page.locator('.form-sections input').first().fill('余桂英')
      await page.locator('.form-sections input').nth(1).fill('420704193403150035')
      await page.locator('.form-field .problem').waitFor()
      await page.locator('summary').click()
      await console.settled()
    },
  },
  {
    name: 'form-publish',
    what: { 'zh-CN': '发布新表单：发布前的询问', en: 'Publishing a form: asked before' },
    open: async (console, _, language) => {
      await bringForm(console, language)
      await console.page.getByRole('button', { name: tell(language)('publish.open'), exact: true }).click()
      await console.page.getByRole('dialog').waitFor()
      await console.settled()
    },
    leave: async (console) => {
      await escapePage(console)
      await console.page.locator('.brought button').click()
    },
  },
  {
    name: 'assign',
    what: { 'zh-CN': '电脑：调整负责的村', en: 'Laptops: the villages of one' },
    open: async (console, _, language) => {
      await console.go('/laptops')
      await console.page
        .getByRole('button', { name: new RegExp(tell(language)('assign.do')) })
        .first()
        .click()
      await console.page.getByRole('dialog').waitFor()
      await console.page.getByRole('dialog').getByRole('checkbox').nth(1).check()
      await console.settled()
    },
    leave: escapePage,
  },
  place('audit', '操作留痕', 'What staff did', () => '/audit'),
  place('recovery', '备份恢复：没有恢复过', 'Recovery: there was none', () => '/recovery'),
  dialog(
    'erase',
    '删除个人信息：先说清会删除什么',
    'Erasing: what would go is said first',
    (demo) => `/cases/${demo.cases.confirmed}`,
    (words) => words('erase.open'),
  ),
  place('staff', '工作人员', 'Staff', () => '/staff'),
  dialog(
    'new-staff',
    '增加工作人员',
    'A new member of staff',
    () => '/staff',
    (words) => words('staff.add'),
  ),
]
