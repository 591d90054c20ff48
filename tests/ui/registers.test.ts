// Registers, figures and ways of handling in the real window: an event is written down, the month is counted and closed, and
// who acts for somebody has it in writing; the township reads it.
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Chromium, type ConsolePage } from './harness/browser'
import { ACCEPTOR, Center } from './harness/center'
import { failureFile, newFolder } from './harness/folder'
import { Laptop } from './harness/laptop'
import { PIN, until } from './harness/programs'
import { demoRoster, fittingHouseholds } from './harness/roster'
import { Key, Window } from './harness/window'
import { wordsOf } from './harness/words'
import { cellsOf } from './harness/workbook'

const say = wordsOf('village')
const tell = wordsOf('console')
const COMPLAINT = '窗口收了钱才肯收材料'
const folder = newFolder('registers')
let center: Center
let window: Window
let elder = { name: '', id: '' }
let person = ''
let chromium: Chromium
let staff: ConsolePage
const lineOnScreen = () => window.script<string>('return location.hash.split("/").at(-1)')
const label = async (line: string, name: string) => {
  const { form } = await window.desk('show_line', { line })
  return form.find((field) => field.name === name)?.label ?? name
}

beforeAll(async () => {
  center = await Center.open(folder.path)
  const roster = demoRoster(folder.path, 20, 70)
  Laptop.enrolled(folder.path, center, roster.file)
  const [household] = fittingHouseholds(roster.households)
  if (!household) throw new Error('no household that fits')
  elder = household.elder
  chromium = await Chromium.open()
  window = await Window.open(folder.path)
  await window.reads(say('sign_in.sub'))
  await until('the focus at the PIN', async () => (await window.focused()).name === say('sign_in.pin'))
  await window.keys(PIN, Key.ENTER)
  await window.find('navigation', say('frame.navigation'))
  person = (await window.desk('find_people', { text: elder.id }))[0]?.id ?? ''
})
afterAll(async () => {
  await Promise.allSettled([window?.close(), chromium?.close(), center?.stop()])
  folder.remove()
})
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await window.picture(failureFile(`registers ${task.name}`))
})

test('an event is written down: what lacks is said, and the line stands in the list', async () => {
  await window.go('/registers')
  await window.press('link', '活动登记簿')
  await window.find('heading', '活动登记簿')
  await window.keys('a')
  await until('a line', async () => /^[0-9a-f-]{36}$/.test(await lineOnScreen()))
  const line = await lineOnScreen()
  await window.type(await label(line, 'name'), '十一月集中救助帮扶日')
  await window.type(await label(line, 'place'), '大湖村村委会')
  await window.type(await label(line, 'people'), '36')
  await window.type(await label(line, 'leaflets'), '80')
  await window.press('button', say('line.record'))
  await window.reads('负责人')
  expect((await window.desk('show_line', { line })).row.is_recorded).toBe(false)
  await window.type(await label(line, 'responsible'), '李小满')
  await until('her answers', async () => {
    const { form } = await window.desk('show_line', { line })
    return form.find(({ name }) => name === 'responsible')?.value === '李小满'
  })
  await window.desk('answer_line', { line, answers: { '/data/kind': 'aid_day' } })
  await window.keys(Key.chord(Key.CONTROL, Key.ENTER))
  await window.find('heading', '活动登记簿')
  await window.reads('十一月集中救助帮扶日')
  expect((await window.desk('show_line', { line })).row.pending).toBe(true)
  expect(await window.flaws()).toEqual([])
})

test('care at home is ordered for a person and stands on the day’s list until it is done', async () => {
  const begun = await window.desk('begin_line', {
    register: 'DJ_YANGLAO',
    village: null,
    person,
    visit: null,
    like: null,
    after: null,
    case: null,
  })
  const line = begun.row.id
  const today = (await window.desk('today', {})).day
  await window.desk('answer_line', {
    line,
    answers: { '/data/service': 'haircut', '/data/for_day': today, '/data/state': 'booked' },
  })
  await window.desk('record_line', { line })
  await window.go('/today')
  await window.reload()
  await window.press('button', say('today.act.line'))
  await window.find('heading', elder.name)
  await expect.poll(() => lineOnScreen()).toBe(line)
  const done = { '/data/state': 'done', '/data/done_day': today, '/data/provider': '夕阳红助老队' }
  const signed = { '/data/confirmed_by': elder.name, '/data/signed_how': 'paper' }
  await window.desk('answer_line', { line, answers: { ...done, ...signed } })
  await window.desk('record_line', { line })
  expect((await window.desk('today', {})).rows.filter((row) => row.line === line)).toEqual([])
  await window.go('/registers/DJ_YANGLAO')
  await window.reload()
  await window.reads('已完成')
  expect(await window.flaws()).toEqual([])
})

test('the figures count it, and the brief says it without a name', async () => {
  await window.go('/figures')
  await window.find('heading', say('nav.figures'))
  await window.reads('36')
  const brief = await until('the brief', async () => {
    const text = await window.script<string>('return document.querySelector("textarea")?.value ?? ""')
    return text.includes('80') && text
  })
  expect(brief).not.toContain(elder.name)
  expect(await window.flaws()).toEqual([])
})

test('a complaint is sealed after a question, and nobody here reads it any more', async () => {
  const begun = await window.desk('begin_line', {
    register: 'DJ_TOUSU',
    village: null,
    person: null,
    visit: null,
    like: null,
    after: null,
    case: null,
  })
  const line = begun.row.id
  const answers = {
    '/data/about': 'fee',
    '/data/whom': '某窗口',
    '/data/named': 'anonymous',
    '/data/wants_answer': 'no',
  }
  await window.desk('answer_line', { line, answers })
  await window.go(`/registers/line/${line}`)
  await window.reads(say('line.seal'))
  await window.type(await label(line, 'content'), COMPLAINT)
  await window.press('button', say('line.seal'))
  await window.reads(say('line.seal_text'))
  await window.press('button', say('line.seal'), { within: say('line.seal_title') })
  await window.reads(say('line.sealed_short'))
  for (const told of [COMPLAINT, '某窗口']) await expect.poll(() => window.text()).not.toContain(told)
  await window.go(`/registers/line/${line}`)
  await window.reads(say('line.sealed_title'))
  await window.reads(say('line.sealed_waits'))
  for (const told of [COMPLAINT, '某窗口']) await expect.poll(() => window.text()).not.toContain(told)
  await expect.poll(() => window.has('button', say('line.void'), true)).toBe(true)
  expect(await window.flaws()).toEqual([])
})

test('the register goes into a workbook', async () => {
  const file = join(folder.path, 'events.xlsx')
  await window.go('/registers/DJ_HUODONG')
  await window.press('button', say('ledger.export_act'))
  await window.display.answerDialog('导出 Excel 表格', file)
  await window.reads(say('line.exported', { n: 1 }))
  expect(cellsOf(file).flat().join(' ')).toContain('十一月集中救助帮扶日')
})

test('who acts for somebody needs a written authority, and says so at its place', async () => {
  const opened = await window.desk('open_case', { item: 'SSC', person, visit: null, event: null, again: false })
  await window.go(`/cases/${opened.row.id}`)
  await window.desk('handle_case', { case: opened.row.id, changes: { mode: 'act' } })
  await window.reload()
  await window.reads('代理事项')
  const { hindrances } = await window.desk('show_case', { case: opened.row.id })
  expect(hindrances.map(({ path }) => path)).toContain('material/authority')
  expect(await window.flaws()).toEqual([])
})

test('the township reads what was written, and every answer of it', async () => {
  await window.go('/sync')
  await window.press('button', say('sync.start'))
  await until('everything reported', async () => (await window.desk('sync_state', {})).pending_entries === 0)
  staff = await chromium.page(center.console)
  await staff.signIn(ACCEPTOR)
  await staff.go('/registers/DJ_HUODONG')
  const { page } = staff
  await page.getByText('十一月集中救助帮扶日').waitFor()
  await page
    .getByRole('button', { name: tell('registered.show') })
    .first()
    .click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('大湖村村委会').waitFor()
  await dialog.getByText('李小满').first().waitFor()
  await staff.settled()
  expect([...(await staff.flaws()), ...(await staff.grave())]).toEqual([])
  await page.keyboard.press('Escape')
  await page.getByRole('textbox', { name: tell('registered.text') }).fill('没有这样的')
  await page.getByText(tell('registered.none_found')).waitFor()
  expect([...(await staff.flaws()), ...(await staff.grave())]).toEqual([])
})

test('the township alone reads the complaint that was sealed', async () => {
  const { page } = staff
  await page.getByRole('textbox', { name: tell('registered.text') }).fill('')
  await staff.go('/registers/DJ_TOUSU')
  await page.getByText('某窗口').first().waitFor()
  await page
    .getByRole('button', { name: tell('registered.show') })
    .first()
    .click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText(COMPLAINT).waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  // What was reported is known to be there, and no more than that.
  await window.go('/registers/DJ_TOUSU')
  await window.reads(say('line.sealed_short'))
  await expect.poll(() => window.text()).not.toContain('某窗口')
})

test('nothing was complained of on the way', async () => {
  expect(await window.complaints()).toEqual([])
})
