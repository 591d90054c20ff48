// A month's end in the real window: what was left over is written down late, the month is counted, told, closed, corrected, and
// read by the township.
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Chromium } from './harness/browser'
import { ACCEPTOR, Center } from './harness/center'
import { failureFile, newFolder } from './harness/folder'
import { Laptop } from './harness/laptop'
import { PIN, until } from './harness/programs'
import { demoRoster } from './harness/roster'
import { Key, Window } from './harness/window'
import { wordsOf } from './harness/words'
import { cellsOf } from './harness/workbook'

const say = wordsOf('village')
const folder = newFolder('month')
let center: Center
let window: Window
let chromium: Chromium
/** A day of the month before. */
let day = ''
let month = { year: '', month: 0 }

const blank = { village: null, person: null, visit: null, like: null, after: null, case: null }
async function write(register: string, answers: Record<string, string>): Promise<string> {
  const line = (await window.desk('begin_line', { ...blank, register })).row.id
  await window.desk('answer_line', { line, answers })
  await window.desk('record_line', { line })
  return line
}
const leaflets = (copies: number) =>
  write('DJ_ZILIAO', {
    '/data/day': day,
    '/data/title': '高龄津贴问答',
    '/data/copies': String(copies),
    '/data/to_kind': 'group',
    '/data/way': 'door',
  })
const brief = () => window.script<string>('return document.querySelector("textarea")?.value ?? ""')

beforeAll(async () => {
  center = await Center.open(folder.path)
  Laptop.enrolled(folder.path, center, demoRoster(folder.path, 8, 24).file)
  chromium = await Chromium.open()
  window = await Window.open(folder.path)
  await window.reads(say('sign_in.sub'))
  await until('the focus at the PIN', async () => (await window.focused()).name === say('sign_in.pin'))
  await window.keys(PIN, Key.ENTER)
  await window.find('navigation', say('frame.navigation'))
  const last = new Date(`${(await window.desk('today', {})).day.slice(0, 7)}-01T00:00:00Z`)
  last.setUTCDate(0)
  day = last.toISOString().slice(0, 10)
  month = { year: day.slice(0, 4), month: Number(day.slice(5, 7)) }
})
afterAll(async () => {
  await Promise.allSettled([window?.close(), chromium?.close(), center?.stop()])
  folder.remove()
})
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await window.picture(failureFile(`month ${task.name}`))
})

test('what was left over of the month is written down, and says that it was written late', async () => {
  await write('DJ_HUODONG', {
    '/data/day': day,
    '/data/state': 'held',
    '/data/kind': 'aid_day',
    '/data/name': '集中救助帮扶日',
    '/data/place': '大湖村村委会',
    '/data/people': '36',
    '/data/leaflets': '80',
    '/data/responsible': '李小满',
  })
  await leaflets(30)
  await window.go('/registers/DJ_ZILIAO')
  await window.reads('高龄津贴问答')
  await window.reads('补录')
  expect(await window.flaws()).toEqual([])
})

test('the month is counted and told in a text', async () => {
  await window.go('/figures')
  await window.press('radio', say('figures.period.last_month'))
  const told = await until('the brief', async () => {
    const text = await brief()
    return text.includes('110') && text
  })
  expect(told).toContain(say('brief.events', { n: 1 }))
  expect(await window.flaws()).toEqual([])
})

test('it is closed after a question, once', async () => {
  await window.press('button', say('figures.close'))
  await window.reads(say('figures.close_text'))
  const title = say('figures.close_title', { month: say('figures.month_name', month) })
  await window.press('button', say('figures.close'), { within: title })
  await window.reads(say('figures.not_corrected'))
  await until('the question gone', async () => !(await window.has('button', say('figures.close'))))
  expect(await window.flaws()).toEqual([])
})

test('what comes later is a correction and leaves the closed numbers as they are', async () => {
  await leaflets(5)
  await window.go('/today')
  await window.go('/figures')
  await window.reads(say('figures.corrected_text'))
  const row = await until('the corrected row', async () => {
    const rows = await window.script<string[]>(
      'return [...document.querySelectorAll("tr")].map((row) => row.innerText)',
    )
    return rows.find((text) => text.includes(say('figures.count.leaflets')))
  })
  expect(row.split(/\s+/).slice(-3)).toEqual(['110', '115', '+5'])
  await expect.poll(() => brief()).toContain('110')
  await expect.poll(() => brief()).toContain(say('brief.closed'))
})

test('the month’s register goes into a workbook', async () => {
  const file = join(folder.path, 'leaflets.xlsx')
  await window.go('/registers/DJ_ZILIAO')
  await window.press('button', say('ledger.export_act'))
  await window.display.answerDialog('导出 Excel 表格', file)
  await window.reads(say('line.exported', { n: 2 }))
  const text = cellsOf(file).flat().join(' ')
  expect(text).toContain('高龄津贴问答')
  expect(text).toContain('补录')
})

test('the township reads the closed month', async () => {
  await window.press('link', say('nav.sync'))
  await window.press('button', say('sync.start'))
  await until('everything received', async () => (await window.desk('sync_state', {})).pending_entries === 0)
  const staff = await chromium.page(center.console)
  await staff.signIn(ACCEPTOR)
  await staff.go('/registers/DJ_YUEBAO')
  await staff.page.getByText(day.slice(0, 7)).first().waitFor()
  expect(staff.complaints()).toEqual([])
  expect(await window.complaints()).toEqual([])
})
