// An aid day in the real window, from the morning on which it is planned to the month after: the list that is printed, who comes
// is signed in by one key, a case is opened at the table, what was asked is written down, the day is counted, goes into a workbook,
// reaches the township, and the next fixed day is known.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Chromium } from './harness/browser'
import { ACCEPTOR, Center } from './harness/center'
import { agree } from './harness/filling'
import { cardVisit } from './harness/forms'
import { failureFile, newFolder } from './harness/folder'
import { Laptop } from './harness/laptop'
import { PIN, until } from './harness/programs'
import { demoRoster, fittingHouseholds } from './harness/roster'
import { Key, Window } from './harness/window'
import { wordsOf } from './harness/words'
import { cellsOf } from './harness/workbook'

const say = wordsOf('village')
const tell = wordsOf('console')
const folder = newFolder('aid-day')
const KEEP_SHEET = `window.sheet = null
window.print = () => { window.sheet = document.querySelector('.paper').textContent }`
let center: Center
let window: Window
let chromium: Chromium
let elders: { name: string; id: string }[] = []
let today = ''
let event = ''
const lastPart = () => window.script<string>('return location.hash.split(/[?]/)[0].split("/").at(-1)')
const roll = async () => (await window.desk('show_roll', { line: event })).rows
const field = async (line: string, name: string) => {
  const { form } = await window.desk('show_line', { line })
  const found = form.find((one) => one.name === name)
  if (!found) throw new Error(`no question ${name}`)
  return found
}
const answer = async (name: string, words: string) => {
  const { label } = await field(event, name)
  await window.type(label, words)
  await until(`an answer to ${name}`, async () => (await field(event, name)).value === words)
}

beforeAll(async () => {
  center = await Center.open(folder.path)
  const roster = demoRoster(folder.path, 20, 70)
  Laptop.enrolled(folder.path, center, roster.file)
  elders = fittingHouseholds(roster.households)
    .map(({ elder }) => elder)
    .slice(0, 3)
  chromium = await Chromium.open()
  window = await Window.open(folder.path)
  await window.reads(say('sign_in.sub'))
  await until('the focus at the PIN', async () => (await window.focused()).name === say('sign_in.pin'))
  await window.keys(PIN, Key.ENTER)
  await window.find('navigation', say('frame.navigation'))
  today = (await window.desk('today', {})).day
})
afterAll(async () => {
  await Promise.allSettled([window?.close(), chromium?.close(), center?.stop()])
  folder.remove()
})
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await window.picture(failureFile(`aid-day ${task.name}`))
})

test('in the morning the day is planned, those who are called are put on its roll, and the list is printed', async () => {
  await window.go('/registers/DJ_HUODONG')
  await window.find('heading', '活动登记簿')
  await window.keys('a')
  await until('a line', async () => /^[0-9a-f-]{36}$/.test(await lastPart()))
  event = await lastPart()
  await window.press('radio', '计划中')
  await until('a planned day', async () => (await field(event, 'state')).value === 'planned')
  await (await window.find('combobox', (await field(event, 'kind')).label)).click()
  await window.press('option', '集中救助帮扶日')
  await until('an aid day', async () => (await field(event, 'kind')).value === 'aid_day')
  await answer('name', '集中救助帮扶日')
  await answer('place', '大湖村村委会')
  await answer('each_month', '28')
  await answer('responsible', '李小满')
  await window.keys(Key.chord(Key.CONTROL, Key.ENTER))
  await window.reads(say('roll.none'))
  await window.press('button', say('roll.add'))
  await window.find('dialog', say('roll.add'))
  await window.press('radio', say('roll.from.pasted'))
  await window.type(
    say('roll.paste'),
    elders
      .slice(0, 2)
      .map(({ id }) => id)
      .join('、'),
  )
  await window.press('button', say('roll.put.people', { n: 2 }))
  await until('both on the roll', async () => (await roll()).length === 2)
  await window.script(KEEP_SHEET)
  await window.press('button', say('roll.print'))
  const sheet = await until('the list', () => window.script<string | null>('return window.sheet'))
  for (const { name, id } of elders.slice(0, 2)) {
    expect(sheet).toContain(name)
    expect(sheet).not.toContain(id)
  }
  await window.script('window.dispatchEvent(new Event("afterprint"))')
  expect(await window.flaws()).toEqual([])
})

test('who comes is signed in by one key, and somebody who was not called is put on and signed in too', async () => {
  await window.script('document.querySelector("[data-row]").focus()')
  await window.keys('1')
  await until('the first', async () => (await roll())[0]?.state === 'arrived')
  await window.keys(Key.ARROW_DOWN, '1')
  await until('the second', async () => (await roll())[1]?.state === 'arrived')
  await window.press('button', say('roll.add'))
  await window.find('dialog', say('roll.add'))
  await window.press('radio', say('roll.from.words'))
  await window.type(say('roll.words_hint'), elders[2]?.name ?? '')
  await window.press('button', say('roll.put.people', { n: 1 }))
  await until('the third on the roll', async () => (await roll()).length === 3)
  const walked = (await roll()).findIndex(({ name }) => name === elders[2]?.name)
  await window.script('document.querySelectorAll("[data-row]")[arguments[0]].focus()', walked)
  await window.keys('1')
  await until('the third', async () => (await roll())[walked]?.state === 'arrived')
  expect(await window.flaws()).toEqual([])
})

test('a case is opened at the table and belongs to the day', async () => {
  await window.script('document.querySelector("[data-row]").focus()')
  await window.keys('n')
  await window.find('dialog', say('new_case.title'))
  await window.type(say('guide.search'), '社保卡待遇')
  await window.keys(Key.ENTER)
  await window.press('button', say('new_case.act'))
  await window.find('radiogroup', say('case.parts'))
  const opened = await lastPart()
  const { row } = await window.desk('show_case', { case: opened })
  expect(row.person?.name).toBe((await roll())[0]?.name)
  await window.desk('answer_case', { case: opened, answers: cardVisit() })
  await agree(window, opened)
  await window.reload()
  await window.find('radiogroup', say('case.parts'))
  await window.press('button', say('case.submit'), { exact: true })
  await until('a submitted case', async () => {
    const { row: now } = await window.desk('show_case', { case: opened })
    return now.submitted_at !== null && !now.has_draft
  })
  expect(await window.flaws()).toEqual([])
})

test('whom the bank visits stands on a list of its own, with whole numbers only where she says so', async () => {
  const [first] = await roll()
  if (!first) throw new Error('nobody on the roll')
  await window.go(`/registers/line/${event}`)
  await window.press('button', say('bank.open'))
  const elder = elders.find(({ name }) => name === first.name)
  const bank = cardVisit()['/data/card/bank'] ?? ''
  await window.reads(bank)
  await window.script(KEEP_SHEET)
  await window.press('button', say('bank.print'))
  const masked = await until('the paper', () => window.script<string | null>('return window.sheet'))
  expect(masked).toContain(first.name)
  expect(masked).not.toContain(elder?.id)
  await window.script('window.dispatchEvent(new Event("afterprint")); window.sheet = null')
  await window.press('checkbox', say('bank.whole'))
  await window.press('button', say('bank.print'))
  await window.find('dialog', say('bank.ask_title'))
  expect(await window.flaws()).toEqual([])
  await window.press('button', say('bank.ask_act'))
  const whole = await until('the whole paper', () => window.script<string | null>('return window.sheet'))
  expect(whole).toContain(elder?.id)
  await window.script('window.dispatchEvent(new Event("afterprint"))')
  const file = join(folder.path, 'bank.xlsx')
  await window.press('checkbox', say('bank.whole'))
  await window.press('button', say('bank.export'))
  await window.display.answerDialog('导出 Excel 表格', file)
  await until('the workbook', () => existsSync(file))
  const text = cellsOf(file).flat().join(' ')
  expect(text).toContain(bank)
  expect(text).not.toContain(elder?.id)
  await window.press('button', say('act.close'), { exact: true })
})

test('after the day it is said that it was held, and its figures and its month say the same', async () => {
  await window.go(`/registers/line/${event}`)
  await window.press('radio', '已举办')
  await until('it was held', async () => (await field(event, 'state')).value === 'held')
  await answer('people', '3')
  await answer('leaflets', '80')
  await answer('consultations', '5')
  await window.press('button', say('line.record_again'))
  await until('the line of the next month', async () => ![event, 'DJ_HUODONG'].includes(await lastPart()))
  const next = await lastPart()
  // The fixed day of the next month, of the same kind, not held yet.
  const day = (await field(next, 'day')).value ?? ''
  expect(day.slice(8)).toBe('28')
  expect(day > today).toBe(true)
  expect((await field(next, 'kind')).value).toBe('aid_day')
  const counts = await window.desk('event_figures', { line: event })
  expect([counts.events, counts.cases, counts.leaflets, counts.served]).toEqual([1, 1, 80, 3])
  await window.go('/figures')
  const brief = await until('the brief', async () => {
    const text = await window.script<string>('return document.querySelector("textarea")?.value ?? ""')
    return text.includes('80') && text
  })
  for (const { name } of elders) expect(brief).not.toContain(name)
  expect(await window.flaws()).toEqual([])
})

test('the record of the day goes into a workbook', async () => {
  const file = join(folder.path, 'record.xlsx')
  await window.go('/registers/DJ_HUODONG')
  await window.press('button', say('line_sheet.event.act'))
  await window.display.answerDialog('导出 Excel 表格', file)
  await until('the workbook', () => existsSync(file))
  const text = cellsOf(file).flat().join(' ')
  expect(text).toContain('集中救助帮扶日')
  expect(text).toContain('80')
})

test('the township reads the day', async () => {
  await window.go('/sync')
  await window.press('button', say('sync.start'))
  await until('everything reported', async () => (await window.desk('sync_state', {})).pending_entries === 0)
  const staff = await chromium.page(center.console)
  await staff.signIn(ACCEPTOR)
  await staff.go('/registers/DJ_HUODONG')
  const { page } = staff
  await page
    .getByRole('button', { name: /集中救助帮扶日/ })
    .first()
    .click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText(tell('registered.roll_settled', { n: 3, all: 3 })).waitFor()
  expect(await staff.grave()).toEqual([])
})
