// A round of visits, a request that becomes a survey and an event, and pensioners certified one after the other, in the real
// window and by the keyboard.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Chromium } from './harness/browser'
import { ACCEPTOR, Center } from './harness/center'
import { beginLine, fillLine, lineOnScreen } from './harness/filling'
import { failureFile, newFolder } from './harness/folder'
import { Laptop } from './harness/laptop'
import { PIN, until } from './harness/programs'
import { demoRoster, fittingHouseholds } from './harness/roster'
import { Key, Window } from './harness/window'
import { wordsOf } from './harness/words'
import { cellsOf, writeWorkbook } from './harness/workbook'

const say = wordsOf('village')
const tell = wordsOf('console')
const folder = newFolder('rounds')
const HOUSES = 30
/** Keeps what would have been printed; a driven WebKit opens no print dialog. */
const KEEP_SHEET = `window.sheet = null
window.print = () => { window.sheet = document.querySelector('.paper').textContent }`
let center: Center
let window: Window
let chromium: Chromium
let elders: { name: string; id: string }[] = []
let plan = ''
const lastPart = () => window.script<string>('return location.hash.split(/[?]/)[0].split("/").at(-1)')
const roundOfGrid = () => window.script<string>('return location.hash.split("/").at(-2)')
const day = async (ahead: number) => {
  const today = new Date(`${(await window.desk('today', {})).day}T00:00:00Z`)
  today.setUTCDate(today.getUTCDate() + ahead)
  return today.toISOString().slice(0, 10)
}

beforeAll(async () => {
  center = await Center.open(folder.path)
  const roster = demoRoster(folder.path, 40, 120)
  const laptop = Laptop.enrolled(folder.path, center, roster.file)
  elders = fittingHouseholds(roster.households).map(({ elder }) => elder)
  const due = join(folder.path, '到期名单.xlsx')
  const last = new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10)
  const rows = elders.map(({ id }) => [id, last])
  writeWorkbook(due, { 名单: [['身份证号', '到期日'], ...rows] })
  laptop.ask(['due', 'import', due, '--item', 'PENSION_CERT'])
  chromium = await Chromium.open()
  window = await Window.open(folder.path)
  await window.reads(say('sign_in.sub'))
  await until('the focus at the PIN', async () => (await window.focused()).name === say('sign_in.pin'))
  await window.keys(PIN, Key.ENTER)
  await window.find('navigation', say('frame.navigation'))
})
afterAll(async () => {
  await Promise.allSettled([window?.close(), chromium?.close(), center?.stop()])
  folder.remove()
})
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await window.picture(failureFile(`rounds ${task.name}`))
})

/** A round as she begins one: named, recorded, and its roll about to be made up. */
async function beginRound(name: string): Promise<string> {
  await window.go('/visits')
  await window.press('button', say('round.new'))
  const line = await lineOnScreen(window)
  await window.reads(say('roll.record_first'))
  await fillLine(window, line, { name })
  await window.keys(Key.chord(Key.CONTROL, Key.ENTER))
  await window.reads(say('roll.none'))
  await addToRoll()
  return line
}
async function addToRoll(): Promise<void> {
  await window.press('button', say('roll.add'))
  await window.find('dialog', say('roll.add'))
}
/** Goes to the next door from the roll; who stands on it, in that order. */
async function walk(line: string) {
  const { rows } = await window.desk('show_roll', { line })
  const [first] = rows
  await window.press('button', say('roll.next', { name: first?.name ?? '', address: first?.address ?? '' }))
  return rows
}
/** Waits until the visit on the screen is that to this household. */
async function atDoor(line: string, household: string, at: number, all: number): Promise<void> {
  await window.reads(say('round.at', { n: at + 1, all }))
  await until('a visit to this household', async () => {
    const now = await window.desk('show_roll', { line })
    return now.rows.find(({ id }) => id === household)?.visit === (await lastPart())
  })
}

test('a round is planned: named, recorded, and thirty households are put on its roll', async () => {
  plan = await beginRound('十一月走访')
  await window.find('button', say('roll.put.households', { n: 40 }))
  await window.press('button', say('roll.nobody'))
  await window.script(
    'document.querySelectorAll(".el-dialog input[type=checkbox]").forEach((box, at) => { if (at < arguments[0]) box.click() })',
    HOUSES,
  )
  await window.press('button', say('roll.put.households', { n: HOUSES }))
  await until('thirty of them', async () => (await window.desk('show_roll', { line: plan })).rows.length === HOUSES)
  expect(await window.flaws()).toEqual([])
})

test('she goes from house to house: each gets a result, and the last one says that the roll is walked', async () => {
  const rows = await walk(plan)
  for (const [at, row] of rows.entries()) {
    await atDoor(plan, row.id, at, HOUSES)
    // Every tenth is empty and stands again at the end; the others are met.
    const result = at % 10 === 9 ? 'nobody' : 'met'
    await window.press('radio', say(`open.result.${result}`))
    await window.press('button', say('round.record_next'))
  }
  const count = async (wanted: string) =>
    (await window.desk('show_roll', { line: plan })).rows.filter(({ state }) => state === wanted).length
  await until('every result', async () => (await count('done')) === 27 && (await count('absent')) === 3)
  // From the last door on to the first that nobody opened.
  await window.reads(say('round.at', { n: 10, all: HOUSES }))
})

test('an evening of forty rows: a round done on paper is typed in by the keyboard', async () => {
  const all = 40
  const line = await beginRound('夜校录入')
  await window.press('button', say('roll.put.households', { n: all }))
  await until('all of them', async () => (await window.desk('show_roll', { line })).rows.length === all)
  await window.press('button', say('grid.open'))
  await window.find('heading', say('grid.title'))
  await until('the first cell', async () => (await window.focused()).role === 'combobox')
  // In the first house she met the first of the household, and somebody else than usual came along.
  await window.keys('1', Key.ARROW_RIGHT, '1', Key.ENTER)
  for (let at = 1; at < all; at += 1) await window.keys(at % 8 === 7 ? '2' : '1', Key.ENTER)
  const count = async (wanted: string) =>
    (await window.desk('show_roll', { line })).rows.filter(({ state }) => state === wanted).length
  await until('every row', async () => (await count('done')) === 35 && (await count('absent')) === 5)
  const [first] = (await window.desk('show_roll', { line })).rows
  expect(first?.notes?.met, 'who was met').toEqual([first?.people[0]?.id])
  expect(await window.flaws()).toEqual([])
})

test('what was noted on paper of who cannot apply leads to a case that acts for her', async () => {
  const field = (column: string) => `[data-at="0"] .${column} > [data-column]`
  await window.script(`document.querySelector('${field('need')}').focus()`)
  await window.keys('想办低保，不识字')
  await window.script(`document.querySelector('${field('cannot_apply')}').focus()`)
  await window.keys('1', Key.ENTER)
  const first = async () => (await window.desk('show_roll', { line: await roundOfGrid() })).rows[0]
  await until('the row', async () => (await first())?.notes?.cannot_apply === true)
  await window.keys(Key.ARROW_UP)
  await window.press('button', say('visit.turn'))
  await window.find('dialog', say('new_case.title'))
  await window.keys(Key.ESCAPE)
  expect(await window.flaws()).toEqual([])
})

test('a pasted message becomes a survey, and who was met is invited to the event and signed in by one key', async () => {
  const [one, two] = elders
  if (!one || !two) throw new Error('no elders')
  const request = await beginLine(window, { code: 'DJ_QIUZHU', name: '群众求助登记簿' })
  await fillLine(window, request, { name: '老人社保卡未激活', asked_by: '大湖村村委会', channel: 'phone' })
  await window.keys(Key.chord(Key.CONTROL, Key.ENTER))
  await window.reads(say('roll.none'))
  await addToRoll()
  await window.press('radio', say('roll.from.pasted'))
  await window.type(say('roll.paste'), `请通知${one.name}带身份证，另有 ${two.id}，赵不在`)
  await window.reads(/赵不在/)
  await window.press('button', say('roll.put.people', { n: 2 }))
  await until('both on the roll', async () => (await window.desk('show_roll', { line: request })).rows.length >= 2)
  await window.press('button', say('roll.follow', { name: '走访计划' }))
  await until('the survey', async () => (await lastPart()) !== request)
  const survey = await lastPart()
  await fillLine(window, survey, { name: '激活摸排', kind: 'survey' })
  await window.keys(Key.chord(Key.CONTROL, Key.ENTER))
  await window.reads(say('roll.none'))
  await addToRoll()
  await window.press('button', say('roll.put.households', { n: 2 }))
  await until('both households', async () => (await window.desk('show_roll', { line: survey })).rows.length === 2)
  const houses = await walk(survey)
  for (const [at, { id }] of houses.entries()) {
    await atDoor(survey, id, at, houses.length)
    await window.press('radio', say('open.result.met'))
    await window.press('button', say(at + 1 < houses.length ? 'round.record_next' : 'visit.record'))
  }
  await window.reads(say('visit.recorded'))
  await window.go(`/registers/line/${survey}`)
  await window.press('button', say('roll.follow', { name: '活动登记' }))
  await until('the event', async () => (await lastPart()) !== survey)
  const event = await lineOnScreen(window)
  await fillLine(window, event, {
    state: 'planned',
    day: await day(7),
    kind: 'door',
    name: '社保便利进家门',
    place: '大湖村村部',
    responsible: '李小满',
  })
  await window.keys(Key.chord(Key.CONTROL, Key.ENTER))
  await window.reads(say('roll.none'))
  await addToRoll()
  await window.press('button', say('roll.put.people', { n: 2 }))
  await until('the invited', async () => (await window.desk('show_roll', { line: event })).rows.length >= 2)
  await window.script('document.querySelector(".roll [data-row], [data-row]").focus()')
  await window.keys('1')
  await until('signed in', async () => (await window.desk('show_roll', { line: event })).rows[0]?.state === 'arrived')
  await window.keys(Key.ARROW_DOWN)
  await window.keys('5')
  await until('away', async () => (await window.desk('show_roll', { line: event })).rows[1]?.state === 'away')
  expect(await window.flaws()).toEqual([])
})

test('pensioners are certified one after the other, three keys each, and compared with the official list', async () => {
  await window.go('/due')
  await window.press('button', say('certify.act'))
  await window.find('heading', say('certify.title'))
  const list = () =>
    window.desk('certification_list', {
      filter: { within_days: 30, text: '', roll: null },
    })
  await until('the list', async () => (await list()).open === elders.length)
  // Said once for the round; Enter goes back to the rows.
  for (const tick of ['certify.told.consent', 'certify.told.sensitive']) await window.press('checkbox', say(tick))
  await window.keys(Key.ENTER)
  for (let left = elders.length - 1; left >= 1; left -= 1) {
    await window.keys('1', 'd', Key.ENTER)
    await until('one more is written', async () => (await list()).open === left)
    // Her next key is for whom the screen shows: it follows what was written a moment later.
    await until('the next one', async () => {
      const head = await window.script<string>('return document.querySelector(".page-head").innerText')
      return new RegExp(`待认证\\s*${left}(?!\\d)`).test(head)
    })
    await window.settled()
  }
  await window.keys('5')
  await window.type(say('certify.exception'), '电话打不通')
  await window.keys(Key.ENTER)
  await until('the last is tried', async () =>
    (await list()).rows.some(({ written }) => written?.result === 'unreachable'),
  )
  expect((await list()).open).toBe(1)
  expect(await window.flaws()).toEqual([])
})

test('an appointment has its number, and its slip is printed', async () => {
  const begin = {
    village: null,
    visit: null,
    like: null,
    after: null,
    case: null,
  }
  const person = (await window.desk('find_people', { text: elders[0]?.id ?? '' }))[0]?.id ?? ''
  const { row } = await window.desk('begin_line', {
    ...begin,
    register: 'DJ_YUYUE',
    person,
  })
  const answers = {
    '/data/day': await day(1),
    '/data/slot': 'saturday',
    '/data/at': '09:30',
    '/data/matter': '婚姻登记',
    '/data/place': '1 号窗口',
  }
  await window.desk('answer_line', { line: row.id, answers })
  const { row: booked } = await window.desk('record_line', { line: row.id })
  expect(booked.number).toMatch(/^[A-Z]{2}01$/)
  await window.go(`/registers/line/${row.id}`)
  await window.reads(booked.number)
  await window.script(KEEP_SHEET)
  await window.press('button', say('slip.print'))
  const sheet = await until('the slip', () => window.script<string | null>('return window.sheet'))
  expect(sheet).toContain(booked.number)
})

test('what the pension office says is compared: a broken workbook says what is wrong, a good one each difference', async () => {
  const broken = join(folder.path, 'broken.xlsx')
  writeFileSync(broken, 'no workbook')
  const listed = join(folder.path, 'office.xlsx')
  // Whoever was only tried is not among them: who that is, the order of equal days decides.
  const { rows: tried } = await window.desk('certification_list', {
    filter: { within_days: 30, text: '', roll: null },
  })
  const done = new Set(tried.filter(({ written }) => written?.done).map(({ person }) => person.name))
  const [first, second, third] = elders.filter(({ name }) => done.has(name))
  const rows = [
    ['身份证号', '姓名', '认证状态', '认证时间'],
    [first?.id ?? '', first?.name ?? '', '已认证', await day(0)],
    [second?.id ?? '', second?.name ?? '', '未认证', ''],
    [third?.id ?? '', third?.name ?? '', '不知道', ''],
  ]
  writeWorkbook(listed, { 名单: rows })
  await window.go('/certify/compare')
  await window.press('button', say('roster.choose'))
  await window.display.answerDialog('选择社保名单', broken)
  await window.reads('这不是能读的 Excel 或 CSV 文件')
  await window.press('button', say('roster.choose'))
  await window.display.answerDialog('选择社保名单', listed)
  await window.find('heading', say('compare.title'))
  await window.press('radio', say('compare.kind.only_ours'))
  await window.reads(say('compare.why.list_says_not'))
  await window.press('radio', say('roster.problems'))
  await window.reads(/认证状态认不出来/)
  const out = join(folder.path, 'compared.xlsx')
  await window.press('button', say('compare.write'))
  await window.display.answerDialog('导出 Excel 表格', out)
  await window.reads(/已导出 \d+ 人/)
  const cells = cellsOf(out).flat().join(' ')
  expect(cells).toContain(say('compare.kind.only_ours'))
  expect(cells).not.toContain(second?.id ?? 'none')
})

test('a follow-up is begun on its case, stands there, and leads back', async () => {
  const [cert] = (
    await window.desk('certification_list', { filter: { within_days: 30, text: '', roll: null } })
  ).rows.filter(({ written }) => written?.done)
  const id = cert?.written?.case ?? ''
  await window.go(`/cases/${id}`)
  await window.press('button', say('case_lines.begin', { name: '跟进登记' }))
  await until('a line', async () => (await lastPart()) !== id)
  const line = await lastPart()
  const answers = {
    '/data/way': 'phone',
    '/data/asked': '区社保局',
    '/data/told': '已收到，正在比对',
    '/data/told_person': 'yes',
    '/data/again_by': await day(3),
  }
  await window.desk('answer_line', { line, answers })
  await window.desk('record_line', { line })
  await window.go(`/registers/line/${line}`)
  await window.press('link', say('line.of_case'))
  await window.reads('跟进登记')
  await window.reads(say('line.open_by', { day: '' }).trim())
  expect(await window.flaws()).toEqual([])
})

test('the township reads the round: who was met, and at whose door nobody was', async () => {
  await window.go('/sync')
  await window.press('button', say('sync.start'))
  await until('everything reported', async () => (await window.desk('sync_state', {})).pending_entries === 0)
  const staff = await chromium.page(center.console)
  await staff.signIn(ACCEPTOR)
  await staff.go('/registers/DJ_ZOUFANG')
  const { page } = staff
  await page.getByText('十一月走访').waitFor()
  await page.getByRole('button', { name: /十一月走访/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('家中无人').first().waitFor()
  await dialog.getByText(tell('registered.roll_settled', { n: 27, all: HOUSES })).waitFor()
  expect(await staff.grave()).toEqual([])
})
