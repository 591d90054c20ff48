// 填表助手 in the real window: a form from above is filled and keeps its layout, a list of names comes back annotated, a
// pasted message becomes a list of people.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Center } from './harness/center'
import { failureFile, newFolder } from './harness/folder'
import { Laptop } from './harness/laptop'
import { PIN, until } from './harness/programs'
import { demoRoster, fittingHouseholds, type Villager } from './harness/roster'
import { Key, Window } from './harness/window'
import { wordsOf } from './harness/words'
import { cellsOf, mergedOf, writeWorkbook } from './harness/workbook'

const say = wordsOf('village')
const folder = newFolder('form-sheet')
const here = (name: string) => join(folder.path, name)
const GROUP = '3组'
const OLD = 60
/** A form as it comes: a title over all columns, a heading of two rows, three free rows in frames, a foot. */
const FORM = [
  ['大湖村老年人情况摸底表', '', '', '', '', ''],
  ['填报单位：大湖村', '', '', '', '', ''],
  ['序号', '姓名', '身份证号码', '家庭住址', '', '签收'],
  ['', '', '', '村', '组', ''],
  ...Array.from({ length: 3 }, () => ['', '', '', '', '', '']),
  ['填报人：　　　　审核人：', '', '', '', '', ''],
]
const MERGED = ['A1:F1', 'A3:A4', 'A8:F8', 'B3:B4', 'C3:C4', 'D3:E3', 'F3:F4']
let center: Center
let window: Window
let elders: Villager[] = []
let phones: string[] = []

beforeAll(async () => {
  center = await Center.open(folder.path)
  const roster = demoRoster(folder.path, 80, 240)
  Laptop.enrolled(folder.path, center, roster.file)
  elders = fittingHouseholds(roster.households).map(({ elder }) => elder)
  const [head = [], ...rows] = cellsOf(roster.file)
  const phone = head.findIndex((cell) => cell.includes('电话'))
  phones = rows.map((row) => row[phone] ?? '').filter((number) => /^1\d{10}$/.test(number))
  writeWorkbook(here('form.xlsx'), { 摸底表: FORM }, { merged: MERGED, framed: true })
  window = await Window.open(folder.path)
  await window.reads(say('sign_in.sub'))
  await until('the focus at the PIN', async () => (await window.focused()).name === say('sign_in.pin'))
  await window.keys(PIN, Key.ENTER)
  await window.find('navigation', say('frame.navigation'))
})
afterAll(async () => {
  await Promise.allSettled([window?.close(), center?.stop()])
  folder.remove()
})
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await window.picture(failureFile(`form-sheet ${task.name}`))
})

async function choose(name: string): Promise<void> {
  await window.press('button', say('sheet.choose'))
  await window.display.answerDialog('选择要填的表格', here(name))
}
async function save(name: string): Promise<void> {
  await window.press('button', say('sheet.write'))
  await window.display.answerDialog('导出 Excel 表格', here(name))
  await window.reads(say('sheet.written', { name }))
}
/** The page as it is when nothing was begun on it. */
async function anew(): Promise<void> {
  await window.go('/fill')
  if (await window.has('button', say('sheet.begin_anew'))) await window.press('button', say('sheet.begin_anew'))
}

test('a form with a merged title, two rows of headings and a foot is filled for everybody old of a group', async () => {
  const { rows } = await window.desk('list_people', { offset: 0, limit: 500 })
  const meant = rows.filter(({ age, address }) => (age ?? 0) >= OLD && address.includes(GROUP))
  expect(meant.length, 'more than the form has rows for').toBeGreaterThan(3)
  await window.go('/people')
  await window.press('button', say('sheet.title'))
  await choose('form.xlsx')
  await window.reads(say('sheet.known', { n: 5 }))
  await window.reads(/签收/)
  await window.type(say('sheet.filter.text'), GROUP)
  await window.type(say('sheet.filter.age_from'), String(OLD))
  await window.keys(Key.ENTER)
  await window.reads(say('sheet.found', { n: meant.length }))
  const added = meant.length - 3
  await window.reads(say('sheet.tell.added', { n: added }))
  expect(await window.flaws()).toEqual([])
  await save('filled.xlsx')

  const cells = cellsOf(here('filled.xlsx'))
  expect(cells[0]?.[0]).toBe(FORM[0]?.[0])
  const filled = cells.slice(4, 4 + meant.length)
  expect(filled.map(([, name]) => name).sort()).toEqual(meant.map(({ name }) => name).sort())
  expect(filled.map(([no]) => no)).toEqual(meant.map((_, at) => String(at + 1)))
  for (const [, , identity] of filled) expect(identity).toMatch(/^\d{17}[\dX]$/)
  // The foot went down with its cells that are one; everything above stands where it stood.
  expect(cells[7 + added]?.[0]).toBe(FORM[7]?.[0])
  const moved = MERGED.map((area) => (area === 'A8:F8' ? `A${8 + added}:F${8 + added}` : area))
  expect(mergedOf(here('filled.xlsx'))).toEqual(moved.sort())
})

test('whoever is taken out by the keyboard is not written, and what a column asks for is remembered', async () => {
  await anew()
  await choose('form.xlsx')
  await window.press('button', say('sheet.unfold'))
  const select = await window.find('combobox', say('sheet.field_of', { heading: '签收' }))
  await window.script(
    'arguments[0].value = "filled_by"; arguments[0].dispatchEvent(new Event("change", { bubbles: true }))',
    select,
  )
  await window.reads(say('sheet.known_all', { known: say('sheet.known', { n: 6 }) }))
  await window.type(say('sheet.filter.text'), GROUP)
  await window.keys(Key.ENTER)
  await window.find('list', say('search.found'))
  await window.script('document.querySelector("input[data-row]").focus()')
  await window.keys(Key.SPACE)
  await window.keys(Key.ARROW_DOWN)
  await window.keys(Key.SPACE)
  const chosen = await window.script<number>('return document.querySelectorAll("input[data-row]:checked").length')
  const [first, second] = await window.script<string[]>(
    'return [...document.querySelectorAll(".found li b")].map((one) => one.textContent)',
  )
  await window.reads(say('sheet.chosen', { n: chosen }))
  await save('fewer.xlsx')
  const cells = cellsOf(here('fewer.xlsx')).slice(4, 4 + chosen)
  expect(cells[0]?.[1]).not.toBe(first)
  expect(cells.map(([, name]) => name)).not.toContain(second)
  expect(cells.every((row) => row[5] !== '')).toBe(true)
  await anew()
  await choose('form.xlsx')
  await window.press('button', say('sheet.unfold'))
  await window.reads(say('sheet.remembered'))
})

test('a list of names comes back annotated: who is ours, who differs, who is not found', async () => {
  const [one, two, three] = elders
  if (!one || !two || !three) throw new Error('no elders')
  writeWorkbook(here('list.xlsx'), {
    名单: [
      ['姓名', '身份证号', '备注'],
      [one.name, one.id, '低保'],
      [two.name, three.id, ''],
      ['赵不在', '', ''],
    ],
  })
  await anew()
  await choose('list.xlsx')
  await window.press('radio', say('sheet.standing.differs'))
  await window.reads(say('sheet.differing.name'))
  await window.press('radio', say('sheet.shown.all'))
  await window.reads('赵不在')
  await expect.poll(() => window.text()).not.toContain(one.id)
  expect(await window.flaws()).toEqual([])
  await save('checked.xlsx')
  const cells = cellsOf(here('checked.xlsx'))
  expect(cells[0]).toEqual(['姓名', '身份证号', '备注', '核对结果', '养老认证', '说明'])
  const standing = cells.slice(1, 4).map((row) => row[3])
  expect(standing).toEqual(['ours', 'differs', 'unknown'].map((key) => say(`sheet.standing.${key}`)))
  expect(cells[1]?.slice(0, 3)).toEqual([one.name, one.id, '低保'])
  expect(cells[2]?.[5]).toContain(say('sheet.differing.name'))
})

test('a pasted message becomes a list of people by name, number and phone, which goes into a form', async () => {
  const [one, two] = elders
  const phone = phones[0]
  if (!one || !two || !phone) throw new Error('nobody to paste')
  await anew()
  const message = `电话 ${phone} 那位，请通知${one.name}带身份证，另有 ${two.id}，赵不在`
  await window.type(say('sheet.paste'), message)
  await window.press('button', say('sheet.find_pasted'))
  await window.reads(/赵不在/)
  const found = await window.desk('find_who', { who: { by: 'pasted', text: message } })
  const sure = found.people.filter(({ doubtful }) => !doubtful).length
  expect(sure).toBeGreaterThanOrEqual(3)
  await window.reads(say('sheet.chosen', { n: sure }))
  await window.find('link', say('sheet.look_at', { name: one.name }))
  await window.press('button', say('sheet.fill_into'))
  await window.display.answerDialog('选择要填的表格', here('form.xlsx'))
  await window.reads(say('sheet.planned', { what: say('sheet.tell.filled', { n: sure }) }))
  // She looks at somebody and comes back: nothing of it is lost.
  await window.press('link', say('sheet.look_at', { name: one.name }))
  await until('her page', async () => (await window.script<string>('return location.hash')).startsWith('#/people/'))
  await window.settled()
  await window.script('history.back()')
  await window.reads(say('sheet.planned', { what: say('sheet.tell.filled', { n: sure }) }))
})

test('a sheet that is dropped on the page is read like one that was chosen', async () => {
  await anew()
  const bytes = readFileSync(here('form.xlsx')).toString('base64')
  await window.script(
    `const bytes = Uint8Array.from(atob(arguments[0]), (one) => one.charCodeAt(0))
     const carried = new DataTransfer()
     carried.items.add(new File([bytes], '摸底表.xlsx'))
     document.querySelector('.page').dispatchEvent(new DragEvent('drop', { dataTransfer: carried, bubbles: true, cancelable: true }))`,
    bytes,
  )
  await window.reads('摸底表.xlsx')
  await window.reads(say('sheet.whom'))
})

test('what is no sheet says what to do next', async () => {
  writeFileSync(here('old.xls'), 'no workbook')
  await anew()
  await choose('old.xls')
  await window.reads(/另存为/)
  expect(existsSync(here('old.xlsx'))).toBe(false)
  expect(await window.complaints()).toEqual([])
})
