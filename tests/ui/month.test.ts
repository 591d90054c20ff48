// A month's end in the real window: what was left over is written down late, the month is counted, told, copied, closed,
// corrected, goes into workbooks, and is read by the township.
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Chromium } from './harness/browser'
import { ACCEPTOR, Center } from './harness/center'
import { beginLine, fillLine } from './harness/filling'
import { pensionHelp } from './harness/forms'
import { failureFile, newFolder } from './harness/folder'
import { Laptop } from './harness/laptop'
import { PIN, until } from './harness/programs'
import { demoRoster, fittingHouseholds, type Villager } from './harness/roster'
import { Key, Window } from './harness/window'
import { wordsOf } from './harness/words'
import { cellsOf } from './harness/workbook'

const say = wordsOf('village')
const folder = newFolder('month')
let center: Center
let window: Window
let chromium: Chromium
let houses: { number: string; head: Villager; elder: Villager }[] = []
let elder = ''
/** A day of the month before. */
let day = ''
let month = { year: '', month: 0 }

const hash = () => window.script<string>('return location.hash')

/** Writes a line as she does: A in its register, the answers, Ctrl+Enter. The register is on the screen again then. */
async function write(register: { code: string; name: string }, answers: Record<string, string>): Promise<void> {
  await fillLine(window, await beginLine(window, register), answers)
  await window.keys(Key.chord(Key.CONTROL, Key.ENTER))
  await until('the register again', async () => (await hash()) === `#/registers/${register.code}`)
}
const leaflets = (copies: number) =>
  write(
    { code: 'DJ_ZILIAO', name: '宣传资料发放登记簿' },
    { day, title: '高龄津贴问答', copies: String(copies), to_kind: 'group', way: 'door' },
  )
/** Exports by this button, into a file that the system's own dialog is told; its rows, the headings first: title and who filled it
 *  in stand above them. */
async function exported(button: string, name: string, told: string): Promise<string[][]> {
  const file = join(folder.path, `${name}.xlsx`)
  await window.press('button', button)
  await window.display.answerDialog('导出 Excel 表格', file)
  await window.reads(told)
  return cellsOf(file).slice(2)
}
const brief = () => window.script<string>('return document.querySelector("textarea")?.value ?? ""')

beforeAll(async () => {
  center = await Center.open(folder.path)
  const roster = demoRoster(folder.path, 20, 70)
  const laptop = Laptop.enrolled(folder.path, center, roster.file)
  houses = fittingHouseholds(roster.households).slice(0, 2)
  const [house] = houses
  if (!house || houses.length < 2) throw new Error('no households that fit')
  // What stands in 台账 already: by a command, for it was written while the month went on. All that a month's end brings is typed.
  elder = house.elder.name
  laptop.openCase({ item: 'PENSION_CERT', person: house.elder.id, answers: pensionHelp(laptop.agent), submit: true })
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
  await write(
    { code: 'DJ_HUODONG', name: '活动登记簿' },
    {
      state: 'held',
      day,
      kind: 'aid_day',
      name: '集中救助帮扶日',
      place: '大湖村村委会',
      people: '36',
      leaflets: '80',
      responsible: '李小满',
    },
  )
  await leaflets(30)
  await window.reads('高龄津贴问答')
  await window.reads('补录')
  expect(await window.flaws()).toEqual([])
})

test('two visits that she noted on paper are written down with the day on which they took place', async () => {
  for (const [at, { head, number }] of houses.entries()) {
    await window.go('/visits')
    await window.type(say('visit.filter'), number)
    // The list is read again a moment after the last key: until then the rows move under the pointer.
    await window.reads(new RegExp(`(?<!\\d)${say('visit.household_count', { n: 1 })}`))
    await window.settled()
    await window.press('row', head.name)
    await window.find('heading', say('household.title', { number }))
    await window.press('button', say('act.start_visit'))
    await window.reads(say('visit.at', { name: head.name }))
    await window.type(say('visit.took_place'), day)
    await window.reads(/补录，.*登记/)
    if (at === 0) {
      await window.press('checkbox', head.name)
      await window.type(say('visit.note'), '核对了家庭成员，讲了高龄津贴')
      await window.type(say('field.leaflets'), '2')
    } else await window.press('radio', say('open.result.nobody'))
    await window.press('button', say('visit.record'))
    await window.reads(say('visit.recorded'))
    expect(await window.flaws()).toEqual([])
  }
})

test('the month is counted and told in a text', async () => {
  await window.go('/figures')
  await window.press('radio', say('figures.period.last_month'))
  const told = await until('the brief', async () => {
    const text = await brief()
    return text.includes(say('brief.leaflets', { n: 112 })) && text
  })
  expect(told).toContain(say('brief.events', { n: 1 }))
  expect(told).toContain(say('brief.households', { n: 2 }))
  for (const { head } of houses) expect(told).not.toContain(head.name)
  expect(await window.flaws()).toEqual([])
})

test('the text is copied by a button, and what is pasted elsewhere is the text', async () => {
  const told = await brief()
  await window.press('button', say('copy.act'), { exact: true })
  await window.find('button', say('copy.done'))
  await window.go('/fill')
  const field = await window.find('textbox', say('sheet.paste'))
  await field.click()
  await window.keys(Key.chord(Key.CONTROL, 'v'))
  await expect.poll(() => brief()).toBe(told)
  await window.go('/figures')
})

test('it is closed after a question, once', async () => {
  await window.press('radio', say('figures.period.last_month'))
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
  expect(row.split(/\s+/).slice(-3)).toEqual(['112', '117', '+5'])
  await expect.poll(() => brief()).toContain(say('brief.leaflets', { n: 112 }))
  await expect.poll(() => brief()).toContain(say('brief.closed'))
})

test('the month’s register goes into a workbook', async () => {
  await window.go('/registers/DJ_ZILIAO')
  const text = (await exported(say('ledger.export_act'), 'leaflets', say('line.exported', { n: 2 }))).flat().join(' ')
  expect(text).toContain('高龄津贴问答')
  expect(text).toContain('补录')
})

test('台账 goes into a workbook in the columns of the paper form', async () => {
  await window.go('/cases')
  await window.find('row', elder)
  const [headings, ...rows] = await exported(say('ledger.export_act'), 'cases', say('ledger.exported', { n: 1 }))
  expect(headings).toHaveLength(21)
  expect(headings?.slice(12, 15)).toEqual(['所需/已收材料', '送达部门及日期', '承诺办结日'])
  expect(rows).toHaveLength(1)
  expect(rows[0]).toContain(elder)
})

test('走访台账 of the month goes into a workbook in the columns of the paper form, by the day of each visit', async () => {
  await window.go('/visits')
  await window.press('button', say('visit_export.act'))
  await window.find('dialog', say('visit_export.act'))
  await window.press('radio', say('figures.period.last_month'))
  await window.reads(day)
  const [headings, ...rows] = await exported(say('visit_export.write'), 'visits', say('visit_export.done', { n: 2 }))
  expect(headings).toEqual(Array.from({ length: 17 }, (_, at) => say(`visit_export.column.${at + 1}`)))
  expect(rows).toHaveLength(2)
  for (const [at, { head }] of houses.entries()) {
    const row = rows.find((cells) => cells.join(' ').includes(head.name))
    expect(row?.[1]).toBe(day)
    expect(row?.join(' ')).toContain(at === 0 ? '讲了高龄津贴' : say('open.result.nobody'))
    expect(row?.at(-1)).toMatch(/补录，.*登记/)
  }
  await window.keys(Key.ESCAPE)
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
