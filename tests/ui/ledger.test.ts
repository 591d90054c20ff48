// 台账 in the real window: into a workbook by the native dialog, a case that was taken back; and what she prefers stands
// after a restart.
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Center } from './harness/center'
import { failureFile, newFolder } from './harness/folder'
import { cardVisit, pensionHelp } from './harness/forms'
import { Laptop } from './harness/laptop'
import { PIN, until } from './harness/programs'
import { demoRoster, fittingHouseholds, type Villager } from './harness/roster'
import { Key, Window } from './harness/window'
import { wordsOf } from './harness/words'
import { cellsOf } from './harness/workbook'

const say = wordsOf('village')
const folder = newFolder('ledger')
let center: Center
let laptop: Laptop
let window: Window
let card: Villager
let pension: Villager
let taken = ''
let begun = ''

beforeAll(async () => {
  center = await Center.open(folder.path)
  const demo = demoRoster(folder.path, 60, 200)
  const house = fittingHouseholds(demo.households)[0]
  if (!house) throw new Error('no household fits')
  card = house.other
  pension = house.elder
  laptop = Laptop.enrolled(folder.path, center, demo.file)
  taken = laptop.openCase({
    item: 'SSC',
    person: card.id,
    answers: cardVisit(),
    submit: true,
  })
  laptop.openCase({
    item: 'PENSION_CERT',
    person: pension.id,
    answers: pensionHelp(laptop.agent),
    submit: true,
  })
  begun = laptop.openCase({ item: 'DIBAO', person: house.head.id })
  laptop.sync()
  laptop.situation('withdraw', taken, '本人已到银行网点办好')
  window = await Window.open(folder.path)
})
afterAll(async () => {
  await Promise.allSettled([window?.close(), center?.stop()])
  folder.remove()
})
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await window.picture(failureFile(`ledger ${task.name}`))
})

async function signIn(language: 'zh-CN' | 'en' = 'zh-CN'): Promise<void> {
  const words = wordsOf('village', language)
  await window.reads(words('sign_in.sub'))
  await until('the focus at the PIN', async () => (await window.focused()).name === words('sign_in.pin'))
  await window.keys(PIN, Key.ENTER)
  await window.find('navigation', words('frame.navigation'))
}

/** Exports the list; the rows of the workbook that was written, the headings first: above them stand title and who filled it in. */
async function exported(name: string, rows: number): Promise<string[][]> {
  const file = join(folder.path, `${name}.xlsx`)
  await window.press('button', say('ledger.export_act'))
  await window.display.answerDialog('导出 Excel 表格', file)
  await window.reads(say('ledger.exported', { n: rows }))
  return cellsOf(file).slice(2)
}

test('a case that was taken back says so in the list and on its page, and nothing of it can be changed', async () => {
  await signIn()
  await window.go('/cases')
  await window.find('row', '已撤回')
  await window.go(`/cases/${taken}`)
  await window.reads('已撤回')
  await expect.poll(() => window.has('button', say('case.submit'), true)).toBe(false)
  // Its form is read, and nothing in it can be typed into.
  await window.reads('腿脚不便')
  await expect
    .poll(() => window.script('return document.querySelectorAll(".columns .main :is(input, textarea, select)").length'))
    .toBe(0)
  await window.press('radio', say('case.history'))
  await window.reads('撤回')
})

test('the workbook has the columns of the paper form', async () => {
  await window.go('/cases')
  await window.find('row', '草稿')
  const [headings, ...rows] = await exported('form', 3)
  expect(headings).toHaveLength(21)
  expect(headings?.slice(12, 15)).toEqual(['所需/已收材料', '送达部门及日期', '承诺办结日'])
  const row = rows.find(([, , name]) => name === card.name)
  expect(row?.[5]).toMatch(/^\d{4}\*{10}[\dX]{4}$/)
  expect(row?.[16]).toBe('已撤回')
})

test('the list goes on paper in all the columns of the form, numbers masked', async () => {
  // A driven WebKit opens no print dialog: the page is asked what it would have printed.
  await window.script(
    'window.print = () => { window.sheet = document.querySelector(".ledger-paper").innerText; dispatchEvent(new Event("afterprint")) }',
  )
  await window.press('button', say('case.print'))
  const sheet = await until('the sheet', () => window.script<string | null>('return window.sheet'))
  for (const words of ['帮办代办服务台账', '填报人：', '承诺办结日', '结果送达（签收）', '已撤回', card.name]) {
    expect(sheet).toContain(words)
  }
  expect(sheet).toMatch(/\d{4}\*{10}[\dX]{4}/)
  expect(sheet).not.toContain(card.id)
})

test('the workbook holds what the list shows where she chooses so, numbers masked', async () => {
  await window.press('checkbox', say('ledger.as_form'))
  const [headings, ...rows] = await exported('all', 3)
  expect(headings).toEqual(
    ['number', 'opened_at', 'name', 'sex', 'age', 'id_masked', 'item', 'standing', 'photos', 'due'].map((key) =>
      say(`ledger.export.${key}`),
    ),
  )
  expect(rows).toHaveLength(3)
  const at = (heading: string) => headings?.indexOf(say(`ledger.export.${heading}`)) ?? -1
  const told = rows.map((row) => [row[at('name')], row[at('item')], row[at('standing')]])
  expect(told).toContainEqual([card.name, '社保卡', '已撤回'])
  // A workbook for the office: where the window says 已协助, it says so too.
  expect(told.find(([name]) => name === pension.name)?.[1]).toBe('养老认证')
  expect(told.map(([, , standing]) => standing)).toContain('草稿')
  for (const row of rows) expect(row[at('id_masked')]).toMatch(/^\d{4}\*{10}[\dX]{4}$/)
})

test('a filter and another column go into the workbook too', async () => {
  await window.type(say('ledger.filter_text'), pension.name)
  await window.reads(say('ledger.count', { n: 1 }))
  await window.press('button', say('ledger.columns'))
  await window.press('checkbox', say('ledger.column.village'))
  await window.press('button', say('ledger.columns_done'))
  const [headings, ...rows] = await exported('filtered', 1)
  expect(headings).toContain(say('ledger.export.village'))
  expect(rows).toHaveLength(1)
  expect(rows[0]).toContain(pension.name)
  expect(rows[0]).toContain('大湖村')
})

test('a dialog that is closed without a name writes nothing and says nothing', async () => {
  await window.press('button', say('ledger.export_act'))
  await window.display.dismissDialog('导出 Excel 表格')
  await expect.poll(() => window.text()).not.toContain(say('ledger.exported', { n: 1 }))
  await expect.poll(() => window.has('alert', '')).toBe(false)
})

test('language and size that she clicks in the settings stand after a restart, before she signs in', async () => {
  await window.go('/settings')
  await window.press('radio', say('settings.size_125'))
  await window.press('radio', say('language.en'))
  const tell = wordsOf('village', 'en')
  await window.reads(tell('settings.lock'))
  await window.killAndReopen()
  await window.reads(tell('sign_in.sub'))
  const size = () => window.script<string>('return getComputedStyle(document.documentElement).fontSize')
  await expect.poll(() => size()).toBe('20px')
  await signIn('en')
  await window.go('/settings')
  await expect.poll(() => window.script('return document.documentElement.lang')).toBe('en')
  await expect
    .poll(() =>
      window.script<string[]>(
        'return [...document.querySelectorAll("[role=radio][aria-checked=true]")].map((one) => one.innerText.trim())',
      ),
    )
    .toEqual([
      tell('language.en'),
      tell('settings.size_125'),
      tell('settings.minutes', { n: 10 }),
      tell('settings.thrift.everything'),
    ])
  // What hinders a draft is told in her language too.
  const { hindrances } = await window.desk('show_case', { case: begun })
  expect(hindrances.filter(({ message }) => message !== '').length).toBeGreaterThan(0)
  expect(
    hindrances.filter(({ path, message }) => path.startsWith('/data/') && /\p{Script=Han}/u.test(message)),
  ).toEqual([])
  expect(await window.complaints()).toEqual([])
})
