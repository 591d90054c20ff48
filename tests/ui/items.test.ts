// The catalogue in the real window: the guide in people's words, who may be entitled, what falls due, and what stands around a
// case: limits, doubles, notices, bundles.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { ACCEPTOR, Center, CONFIRMER } from './harness/center'
import { failureFile, newFolder } from './harness/folder'
import { cardVisit, livingAllowance, pensionHelp } from './harness/forms'
import { Laptop } from './harness/laptop'
import { PIN, until } from './harness/programs'
import { demoRoster, fittingHouseholds } from './harness/roster'
import { Key, Window } from './harness/window'
import { wordsOf } from './harness/words'
import { cellsOf } from './harness/workbook'

const say = wordsOf('village')
const folder = newFolder('items')
const photograph = (name: string) => fileURLToPath(new URL(`../../data/pictures/${name}`, import.meta.url))
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
/** Keeps what would have been printed; a driven WebKit opens no print dialog. */
const KEEP_SHEET = `window.sheet = null
window.print = () => {
  const paper = document.querySelector('.paper')
  window.sheet = [...paper.querySelectorAll('.copy')].map((copy) => copy.textContent)
  if (window.sheet.length === 0) window.sheet = [paper.textContent]
  dispatchEvent(new Event('afterprint'))
}`

let center: Center
let window: Window
const cases = { pension: '', card: '', allowance: '', draft: '', bundle: '' }
const people = { elder: '', holder: '', head: '', other: '' }
let elder = ''
let listedPerson = { name: '', id: '' }

beforeAll(async () => {
  center = await Center.open(folder.path)
  const roster = demoRoster(folder.path, 60, 200)
  const laptop = Laptop.enrolled(folder.path, center, roster.file)
  const [one, two, three] = fittingHouseholds(roster.households).sort((a, b) => a.members.length - b.members.length)
  if (!one || !two || !three) throw new Error('not three households for every case')
  elder = one.elder.name
  listedPerson = three.elder
  const open = (item: string, person: string, answers: Record<string, string>, photos: string[] = [], submit = true) =>
    laptop.openCase({ item, person, answers, photos, submit })
  cases.pension = open('PENSION_CERT', one.elder.id, pensionHelp(laptop.agent))
  cases.card = open('SSC', one.other.id, cardVisit())
  cases.allowance = open('DIBAO', one.head.id, livingAllowance(one.head, one.members), [
    `id_card=${photograph('coffee.jpg')}`,
    `household_book=${photograph('chelsea.jpg')}`,
    `authorisation=${photograph('rocket.jpg')}`,
  ])
  cases.draft = open('DIBAO', two.head.id, {}, [], false)
  laptop.sync()
  const acceptor = await center.signIn(ACCEPTOR)
  const confirmer = await center.signIn(CONFIRMER)
  for (const batch of await acceptor.post('batch/list', { limit: 100 }))
    if (batch.cases > 0) await acceptor.post('batch/import', { id: batch.id })
  const newest = async (id: string) => (await acceptor.post('case/show', { id })).row.revision ?? ''
  for (const id of [cases.pension, cases.allowance])
    await acceptor.post('case/accept', { id, revision: await newest(id) })
  const revision = await newest(cases.pension)
  await confirmer.post('case/confirm', { id: cases.pension, revision, outcome: 'granted', due: inDays(12), note: '' })
  laptop.sync()
  window = await Window.open(folder.path)
  await window.reads(say('sign_in.sub'))
  await window.keys(PIN, Key.ENTER)
  await window.find('navigation', say('frame.navigation'))
  const idOf = async (number: string) => (await window.desk('find_people', { text: number }))[0]?.id ?? ''
  people.elder = await idOf(one.elder.id)
  people.holder = await idOf(one.other.id)
  people.head = await idOf(two.head.id)
  people.other = await idOf(three.head.id)
})
afterAll(async () => {
  await Promise.allSettled([window?.close(), center?.stop()])
  folder.remove()
})
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await window.picture(failureFile(`items ${task.name}`))
})

/** The dialog for a new case, closed again however it ended. */
async function askNewCase(person: string): Promise<void> {
  await window.go(`/people/${person}`)
  await window.press('button', say('act.new_case'))
  await window.find('dialog', say('new_case.title'))
  await window.find('textbox', say('guide.search'))
}
const chosenItem = () => window.script<string>('return document.querySelector("input[name=item]:checked")?.value ?? ""')
const listed = () => window.script<number>('return document.querySelectorAll(".guide-list [data-row]").length')
const printed = () => until('the sheet', () => window.script<string[] | null>('return window.sheet'))

test('an item is found by what people call it, and its guide says what is still to be confirmed locally', async () => {
  await window.press('link', say('nav.guides'))
  await window.type(say('guide.search'), '老年钱')
  await window.find('heading', '高龄津贴')
  await window.reads(new RegExp(`${say('guide.applicant')}.*${say('guide.unconfirmed')}`))
  const best = await window.desk('find_guides', { text: '老年钱' })
  await until('what was found', async () => (await listed()) === best.length)
  expect(await window.flaws()).toEqual([])
})

test('chips leave the items of one kind; arrows walk through them and Enter opens one', async () => {
  await window.type(say('guide.search'), Key.BACK_SPACE)
  const all = await window.desk('find_guides', { text: '' })
  await until('all of them', async () => (await listed()) === all.length)
  const medical = all.filter(({ category }) => category.word === 'medical')
  await window.press('radio', medical[0]?.category.text ?? '')
  await until('medical ones', async () => (await listed()) === medical.length)
  await window.script('document.querySelector(".guide-list [data-row]").focus()')
  await window.keys(Key.ARROW_DOWN)
  await window.keys(Key.ENTER)
  await window.find('heading', medical[1]?.name ?? '')
  await window.press('radio', say('guide.all'))
})

test('a way of handling, and a list by level, right or service way, leave the items that stand on it', async () => {
  await window.go('/guides')
  const all = await window.desk('find_guides', { text: '' })
  const choose = (list: string) =>
    window.script(
      `const lists = document.querySelector('.guide-filter select')
       lists.value = arguments[0]
       lists.dispatchEvent(new Event('change', { bubbles: true }))`,
      list,
    )
  const across = all.filter(({ tags }) => tags.some(({ word }) => word === 'cross_province'))
  expect(across.length).toBeGreaterThan(5)
  await window.press('button', `跨省通办 ${across.length}`)
  await until('those across provinces', async () => (await listed()) === across.length)
  await window.press('button', `跨省通办 ${across.length}`)
  for (const list of ['level:village', 'authority:delegated', 'way:extended', 'way:appointment']) {
    const on = all.filter(({ lists }) => lists.some(({ word }) => word === list))
    expect(on.length, list).toBeGreaterThan(0)
    await choose(list)
    await until(list, async () => (await listed()) === on.length)
  }
  await choose('')
  await until('all again', async () => (await listed()) === all.length)
})

test('an item that is switched off, or has no form, says so and opens no case', async () => {
  await window.go('/guides/LNZ')
  await window.reads(/自2025年5月1日（周四）起停办/)
  await window.reads(say('guide.why.closed'))
  const off = () => window.script<boolean>('return document.querySelector(".action-bar .el-button--primary").disabled')
  await expect.poll(() => off()).toBe(true)
  await window.go('/guides/CANJIZHENG')
  await window.reads(say('guide.why.read_only'))
  await expect.poll(() => off()).toBe(true)
  await window.go('/guides/DIBAO')
  await until('a case can be opened', async () => !(await off()))
})

test('the guide goes on one sheet with its five elements', async () => {
  await window.script(KEEP_SHEET)
  await window.press('button', say('guide.print'))
  const sheet = (await printed())[0] ?? ''
  for (const words of ['最低生活保障', '户口簿', '公示 7 天', '30 个工作日', '民发〔2021〕57号'])
    expect(sheet).toContain(words)
  await until('no sheet any more', () => window.script<boolean>('return !document.querySelector(".paper")'))
})

test('a new case finds its item by search; the earlier one of the period is shown first', async () => {
  await askNewCase(people.holder)
  await window.type(say('guide.search'), 'shbzk')
  await until('the card', async () => (await chosenItem()) === 'SSC')
  const drafts = async () => (await window.desk('today', {})).counts.drafts
  const had = await drafts()
  await window.press('button', say('new_case.act'))
  await window.reads('已经办过或正在办')
  await until('the earlier case', () =>
    window.script<boolean>(
      'return document.querySelector(".earlier a")?.getAttribute("href") === arguments[0]',
      `#/cases/${cases.card}`,
    ),
  )
  await expect.poll(() => drafts()).toBe(had)
  await window.press('button', say('new_case.again'))
  await window.find('radiogroup', say('case.parts'))
  await window.reads(say('case.doubles'))
  await expect.poll(() => drafts()).toBe(had + 1)
})

test('who may be entitled stands with the reason; one act begins the visit, the other the case', async () => {
  await window.press('link', say('nav.radar'))
  const { counts, lines } = await window.desk('radar', { item: null })
  // Some items are guides alone: no case is opened of them.
  const line = lines.find(({ can_open }) => can_open)
  if (!line) throw new Error('nobody of the demo may be entitled')
  await window.reads(line.hint)
  const other = counts.find(({ item }) => item !== line.item)
  await window.press('radio', other?.item_name ?? '')
  const rows = () => window.script<number>('return document.querySelectorAll("main .rows li").length')
  await until('one item alone', async () => (await rows()) === other?.people)
  await window.press('radio', say('guide.all'))
  await until('all again', async () => (await rows()) === lines.length)
  expect(await window.flaws()).toEqual([])
  const act = say('radar.open_named', { name: line.person.name, item: line.item_name })
  await window.press('button', act)
  await window.find('dialog', say('new_case.title'))
  await until('the item', async () => (await chosenItem()) === line.item)
  await window.keys(Key.ESCAPE)
  await window.press('button', say('radar.visit_named', { name: line.person.name }))
  await until('the visit', () => window.script<boolean>('return /^#\\/visits\\/[0-9a-f-]+$/.test(location.hash)'))
  await window.reads(line.person.name)
})

test('a need found at the door stands on the day’s list until a case is made of it', async () => {
  const need = '社保卡还没有激活，银行去不了'
  const met = await window.script<string>('return document.querySelector("main fieldset label b").textContent')
  await window.press('radio', say('open.result.nobody'))
  await until('nobody to tick', () => window.script<boolean>('return !document.querySelector("main fieldset")'))
  await window.press('radio', say('open.result.met'))
  await window.press('checkbox', met)
  await window.type(say('visit.need'), need)
  await window.press('radio', say('open.need_kind.insurance'))
  await window.press('radio', say('open.need_urgency.soon'))
  await window.type(say('field.need_office'), '乡人社所')
  await window.type(say('field.need_due'), '12月')
  await window.type(say('field.companions'), '村主任')
  await window.reads(say('visit.due_wrong'))
  await window.type(say('field.need_due'), inDays(3))
  await window.reads(/已存 /)
  expect(await window.flaws()).toEqual([])
  await window.press('button', say('visit.record'))
  await window.reads('走访记录已保存')
  await window.press('link', say('nav.visits'))
  await window.reads('未办结的诉求（1 件）')
  const file = join(folder.path, 'visits.xlsx')
  await window.press('button', say('visit_export.act'))
  await window.press('button', say('visit_export.write'))
  await window.display.answerDialog('导出 Excel 表格', file)
  await window.reads(say('visit_export.done', { n: 1 }))
  await window.press('button', say('act.close'), { exact: true })
  // Title and who filled it in stand above.
  const [headings, ...rows] = cellsOf(file).slice(2)
  expect(headings).toEqual(Array.from({ length: 17 }, (_, at) => say(`visit_export.column.${at + 1}`)))
  expect(rows.find((row) => row[7] === need)?.slice(8, 11)).toEqual([say('open.need_kind.insurance'), '—', '乡人社所'])
  await window.press('link', say('nav.today'))
  await window.reads(`「${need}」`)
  await window.press('button', say('today.act.need'), { exact: true })
  await window.reads(say('visit.turn'))
  await window.settled()
  await window.script('document.querySelector("main").focus()')
  await window.keys('z')
  await window.find('dialog', say('new_case.title'))
  await window.type(say('guide.search'), '社保卡')
  await until('the card', async () => (await chosenItem()) === 'SSC')
  await window.press('button', say('new_case.act'))
  await window.find('radiogroup', say('case.parts'))
  expect((await window.desk('today', {})).counts.needs).toBe(0)
  await window.press('link', say('nav.visits'))
  await window.reads(need)
})

test('what falls due is listed, and the next certification begins from there', async () => {
  await window.press('link', say('nav.due'))
  await window.reads(say('due.group.ahead'))
  await window.find('link', elder)
  await window.reads(/还剩 1[12] 天/)
  expect(await window.flaws()).toEqual([])
  await window.press('button', say('radar.open_named', { name: elder, item: '养老认证' }))
  await window.find('dialog', say('new_case.title'))
  await until('the item', async () => (await chosenItem()) === 'PENSION_CERT')
  await window.reads(elder)
  await window.keys(Key.ESCAPE)
  await window.press('radio', say('due.days', { n: 365 }))
  await window.reads(elder)
})

test('an official list is looked at before it is taken in; who is not here is passed over', async () => {
  const file = join(folder.path, 'due.csv')
  const soon = inDays(20)
  writeFileSync(
    file,
    `身份证号,姓名,到期日\n${listedPerson.id},${listedPerson.name},${soon}\n42070419340315003X,不在,${soon}\n${listedPerson.id}9,错号,${soon}\n`,
  )
  await window.press('button', say('due_import.title'))
  await window.reads(say('due_import.item_first'))
  await (await window.find('combobox', say('due_import.item'))).click()
  await window.press('option', '养老认证')
  await window.press('button', say('roster.choose'))
  await window.display.answerDialog('选择到期名单', file)
  await window.reads(listedPerson.name)
  expect((await window.desk('due_list', { within_days: 30, item: null })).lines).toHaveLength(1)
  expect(await window.flaws()).toEqual([])
  await window.press('button', say('due_import.act', { n: 1 }))
  await window.reads(say('due_import.ask_text'))
  await window.press('button', say('roster.sure'))
  await window.reads(say('due_import.done'))
  await window.press('button', say('due_import.to_list'))
  await window.find('link', listedPerson.name)
  await window.reads(say('due.kind.listed'))
})

test('a case that was accepted shows its limit by law and the days that were really used', async () => {
  await window.go(`/cases/${cases.allowance}`)
  const { clock } = await window.desk('show_case', { case: cases.allowance })
  const limit = clock?.limits[0]
  expect(limit?.reckoning.limit).toEqual({ days: 30, kind: 'workday' })
  await window.reads(new RegExp(`法定 30 个工作日 ?待当地确认 ?还剩 ${limit?.reckoning.left} 个工作日`))
  await window.reads(`实际 已用 ${clock?.workdays_used} 个工作日`)
})

test('a notice tells everything at once, goes to paper in two copies, and another one needs a reason', async () => {
  await window.go(`/cases/${cases.draft}`)
  const { missing } = await window.desk('show_case', { case: cases.draft })
  expect(missing.length).toBeGreaterThan(3)
  await window.script(KEEP_SHEET)
  await window.press('button', say('notice.give'), { exact: true })
  await window.find('dialog', say('notice.title'))
  await window.press('button', say('notice.act'))
  const copies = await printed()
  expect(copies).toHaveLength(2)
  for (const copy of copies) for (const { label } of missing) expect(copy).toContain(label)
  expect(copies.map((copy) => copy.includes('申请人') && /第[一二]联/.exec(copy)?.[0])).toEqual(['第一联', '第二联'])
  const [given] = (await window.desk('show_case', { case: cases.draft })).notices
  expect(given).toMatchObject({ complete_by: null, reason: '', missing })

  await window.press('button', say('notice.give_again'))
  await window.find('dialog', say('notice.title'))
  const act = () =>
    window.script<boolean>(
      'return [...document.querySelectorAll(".el-dialog .el-button--primary")].every((one) => one.disabled)',
    )
  await expect.poll(() => act()).toBe(true)
  await window.type(say('notice.reason'), '家里又添了一口人')
  await until('it can be given', async () => !(await act()))
  await window.press('button', say('notice.act'))
  await window.reads(say('notice.again_because', { reason: '家里又添了一口人' }))
  expect((await window.desk('show_case', { case: cases.draft })).notices).toHaveLength(2)
})

test('an original that was looked at is ticked, and lacks no more', async () => {
  await window.go(`/cases/${cases.draft}`)
  const lacks = async () =>
    (await window.desk('show_case', { case: cases.draft })).missing.some(({ path }) => path === 'material/application')
  await expect.poll(() => lacks()).toBe(true)
  await window.press('checkbox', say('case.seen_of', { name: '申请表（含承诺）' }))
  await until('it lacks no more', async () => !(await lacks()))
  expect(await window.flaws()).toEqual([])
})

test('a bundle asks once: what is ticked, what is left out, and what that spares', async () => {
  await askNewCase(people.other)
  await window.find('heading', say('guide.group.bundle'))
  await window.type(say('guide.search'), '一证一书一表')
  await until('the bundle', async () => (await chosenItem()) === 'BANGFU')
  await window.press('button', say('new_case.act'))
  await window.find('radiogroup', say('case.parts'))
  cases.bundle = await window.script<string>('return location.hash.split("/").at(-1)')
  await window.press('checkbox', '医疗救助')
  await until('both ticked', async () => {
    const { bundle } = await window.desk('show_case', { case: cases.bundle })
    return bundle?.parts.filter(({ ticked }) => ticked).length === 2
  })
  const { bundle } = await window.desk('show_case', { case: cases.bundle })
  await window.reads(say('bundle.ticked', { n: 2, all: bundle?.parts.length ?? 0 }))
  const { fields, papers, trips } = bundle ?? {}
  expect(fields?.together).toBeLessThan(fields?.apart ?? 0)
  expect(trips).toEqual({ apart: 2, together: 1 })
  for (const [key, spared] of [['bundle.fields', fields] as const, ['bundle.papers', papers] as const])
    await window.reads(new RegExp(`${say(key)} ?${spared?.apart} → ${spared?.together}`))
  await window.reads(/没有勾选：.*危房改造/)
  expect(await window.flaws()).toEqual([])
})

test('nothing was complained of on the way', async () => {
  expect(await window.complaints()).toEqual([])
})
