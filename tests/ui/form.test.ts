// A form that an official wrote in a spreadsheet: published at the center, on the laptop after its next exchange, filled in
// with every kind of question, most of it by the keyboard, and at the township again.
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { FieldView } from '../../ui/src/shared/bindings/desk'
import { agree } from './harness/filling'
import { ACCEPTOR, ADMIN, Center } from './harness/center'
import { failureFile, newFolder } from './harness/folder'
import { Laptop } from './harness/laptop'
import { PIN, until } from './harness/programs'
import { demoRoster, fittingHouseholds, type Villager } from './harness/roster'
import { Key, Window } from './harness/window'
import { wordsOf } from './harness/words'
import { writeWorkbook } from './harness/workbook'

const SURVEY = [
  ['type', 'name', 'label', 'required', 'appearance', 'parameters', 'guidance_hint'],
  ['begin group', 'typed', '填写', '', '', '', ''],
  ['text', 'address', '现住址', 'yes', '', '', ''],
  ['text', 'phone', '家人电话', '', 'phone', '', ''],
  ['range', 'score', '自理能力评分', 'yes', '', 'start=0 end=100 step=5', ''],
  ['time', 'time', '约定时间', '', '', '', ''],
  ['dateTime', 'moment', '到访时间', '', '', '', ''],
  ['text', 'story', '情况说明', '', 'multiline', '', '先写家里几口人，再写缺什么。'],
  ['end group', '', '', '', '', '', ''],
  ['begin group', 'chosen', '选择', '', '', '', ''],
  ['select_one way', 'way', '办理方式', 'yes', '', '', ''],
  ['select_one way', 'liked', '愿意怎样办', '', 'likert', '', ''],
  ['rank hard', 'hard', '困难按轻重排', 'yes', '', '', ''],
  ['acknowledge', 'promise', '申请人承诺所填真实', 'yes', '', '', ''],
  ['end group', '', '', '', '', '', ''],
  ['begin group', 'drawn', '图片和位置', '', '', '', ''],
  ['image', 'signature', '申请人签名', 'yes', 'signature', '', ''],
  ['geopoint', 'place', '房屋位置', '', '', '', ''],
  ['end group', '', '', '', '', '', ''],
  ['begin group', 'home', '家庭', '', '', '', ''],
  ['begin repeat', 'member', '成员', '', 'table', '', ''],
  ['text', 'name', '称呼', 'yes', '', '', ''],
  ['decimal', 'wage', '月收入', '', '', '', ''],
  ['end repeat', '', '', '', '', '', ''],
  ['end group', '', '', '', '', '', ''],
]
const CHOICES = [
  ['list_name', 'name', 'label'],
  ['way', 'visit', '上门'],
  ['way', 'window', '到窗口'],
  ['way', 'phone', '电话'],
  ['hard', 'ill', '看病'],
  ['hard', 'house', '住房'],
  ['hard', 'school', '上学'],
]
const SETTINGS = [
  ['form_title', 'form_id', 'version'],
  ['上门帮办登记', 'HELP', '1'],
]

const say = wordsOf('village')
const folder = newFolder('form')
let center: Center
let laptop: Laptop
let window: Window
let person: Villager
let id = ''
let broken = ''

beforeAll(async () => {
  center = await Center.open(folder.path)
  const demo = demoRoster(folder.path, 60, 200)
  const house = fittingHouseholds(demo.households)[0]
  if (!house) throw new Error('no household fits')
  person = house.other
  laptop = Laptop.enrolled(folder.path, center, demo.file)
  const workbook = join(folder.path, 'help.xlsx')
  writeWorkbook(workbook, { survey: SURVEY, choices: CHOICES, settings: SETTINGS })
  center.ask(['form', 'publish', '--as', ADMIN.name, '--department', '民政', workbook])
  laptop.sync()
  window = await Window.open(folder.path)
})
afterAll(async () => {
  await Promise.allSettled([window?.close(), center?.stop()])
  folder.remove()
})
beforeEach((context) => context.skip(broken !== '', `“${broken}” failed before`))
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return
  broken = task.name
  await window.picture(failureFile(`form ${task.name}`))
})

const form = async () => (await window.desk('show_case', { case: id })).form
const field = async (path: string): Promise<FieldView | undefined> => (await form()).find((one) => one.path === path)
const holds = (path: string, value: string) =>
  until(`${path} is ${value}`, async () => (await field(path))?.value === value)
const here = () => window.script<string>('return document.activeElement.closest(".form-field")?.dataset.path ?? ""')
const cursorAt = (path: string) => until(`the cursor at ${path}`, async () => (await here()) === path)
const section = (label: string) => window.press('button', label, { within: say('form.steps') })

test('the published form is an item of the laptop, and a case is opened with it', async () => {
  await window.type(say('sign_in.pin'), PIN)
  await window.keys(Key.ENTER)
  await window.find('navigation', say('frame.navigation'))
  const known = await window.desk('find_people', { text: person.id })
  await window.go(`/people/${known[0]?.id}`)
  await window.script('document.querySelector("main").focus()')
  await window.keys('n')
  await window.find('dialog', say('new_case.title'))
  await window.press('radio', '上门帮办登记')
  await window.press('button', say('new_case.act'))
  await window.find('radiogroup', say('case.parts'))
  id = await window.script<string>('return location.hash.split("/").at(-1)')
  await window.reads(say('form.next_open'))
})

test('Enter goes from field to field; times are typed as they are said; a range is typed', async () => {
  await window.type('现住址', '大湖村3组18号')
  await window.keys(Key.ENTER)
  await cursorAt('/data/typed/phone')
  await window.keys(Key.ENTER)
  await cursorAt('/data/typed/score')
  await window.keys('45', Key.ENTER)
  await cursorAt('/data/typed/time')
  await window.keys('下午3点半', Key.ENTER)
  await cursorAt('/data/typed/moment')
  await holds('/data/typed/address', '大湖村3组18号')
  await holds('/data/typed/score', '45')
  await until('the time', async () => (await field('/data/typed/time'))?.value.startsWith('15:30'))
  expect((await field('/data/typed/score'))?.problem).toBeNull()
})

test('what is pasted into a field is clean: full-width digits and unseen signs in a telephone number', async () => {
  const story = (await field('/data/typed/story'))?.label ?? ''
  await window.type(story, '１３９－００００\u200b－００００')
  await window.keys(Key.chord(Key.CONTROL, 'a'))
  await window.keys(Key.chord(Key.CONTROL, 'x'))
  const box = await window.find('textbox', '家人电话')
  await box.click()
  await window.keys(Key.chord(Key.CONTROL, 'v'))
  await holds('/data/typed/phone', '13900000000')
})

test('numbers pick a choice and put choices in order', async () => {
  await section('选择')
  await window.script('document.querySelector(\'[data-path="/data/chosen/way"] input\').focus()')
  await window.key('2')
  await holds('/data/chosen/way', 'window')
  await window.key(Key.ENTER)
  await cursorAt('/data/chosen/liked')
  await window.key('1')
  await holds('/data/chosen/liked', 'visit')
  await window.key(Key.ENTER)
  await cursorAt('/data/chosen/hard')
  // The choice with the keyboard, 看病, goes to the third place.
  await window.key('3')
  await holds('/data/chosen/hard', 'house school ill')
  await window.press('checkbox', '申请人承诺所填真实')
  await holds('/data/chosen/promise', 'OK')
})

test('a signature is drawn, kept as a photo, and is the answer', async () => {
  await section('图片和位置')
  await window.press('button', say('field.signature'))
  const canvas = await until('the canvas', () => window.script<boolean>('return !!document.querySelector("canvas")'))
  expect(canvas).toBe(true)
  await window.draw('canvas', [
    [-80, 0],
    [-40, -30],
    [0, 20],
    [60, -10],
  ])
  await window.press('button', say('field.draw_keep'))
  const answered = await until('the answer', async () => (await field('/data/drawn/signature'))?.value)
  const { photos } = await window.desk('show_case', { case: id })
  expect(photos.map(({ digest, slot }) => [digest, slot])).toEqual([[answered, '/data/drawn/signature']])
  await window.type(say('field.latitude'), '30.39, 114.89')
  await holds('/data/drawn/place', '30.39 114.89')
  expect((await field('/data/drawn/place'))?.problem).toBeNull()
})

test('rows stand in a table: added, filled down, copied and taken away', async () => {
  await section('家庭')
  const rows = async () => (await window.desk('show_case', { case: id })).repeats[0]?.rows
  while (((await rows()) ?? 0) < 2) {
    const had = (await rows()) ?? 0
    await window.press('button', say('form.add_row', { name: '成员' }))
    await until('another row', async () => (await rows()) === had + 1)
  }
  await window.reads(say('form.table_keys'))
  const cell = async (row: number, name: string) => {
    const path = `/data/home/member[${row}]/${name}`
    await until(path, () =>
      window.script<boolean>(
        'const box = document.querySelector(`[data-path="${CSS.escape(arguments[0])}"] input`); box?.focus(); return document.activeElement === box && !!box',
        path,
      ),
    )
  }
  await cell(1, 'name')
  await window.keys('户主', Key.ENTER)
  await cursorAt('/data/home/member[1]/wage')
  await window.keys('900')
  await window.keys(Key.chord(Key.CONTROL, 'd'))
  await holds('/data/home/member[2]/wage', '900')
  await window.keys(Key.chord(Key.CONTROL, Key.ARROW_DOWN))
  await cursorAt('/data/home/member[2]/wage')
  await cell(2, 'name')
  await window.keys('长子')
  await holds('/data/home/member[2]/name', '长子')
  await window.press('button', say('form.copy_row_named', { name: '成员', number: 2 }))
  await holds('/data/home/member[3]/name', '长子')
  await holds('/data/home/member[3]/wage', '900')
  await window.press('button', say('form.remove_row_named', { name: '成员', number: 2 }))
  await window.reads(say('form.remove_row_title', { name: '成员', number: 2 }))
  expect(await rows(), 'not by one slip').toBe(3)
  await window.press('button', say('form.remove_row_act'))
  await until('two rows', async () => (await rows()) === 2)
  expect(await window.flaws()).toEqual([])
})

test('what is given to the printer is the whole form on one sheet in place of the screen', async () => {
  // A driven WebKit opens no print dialog: the page is asked what it would have printed.
  await window.script(
    'window.print = () => { window.sheet = document.querySelector(".form-paper").textContent; dispatchEvent(new Event("afterprint")) }',
  )
  await window.press('button', say('case.print'))
  const sheet = await until('the sheet', () => window.script<string | null>('return window.sheet'))
  for (const words of ['上门帮办登记', '大湖村3组18号', '到窗口', '住房 → 上学 → 看病', '长子', '申请人签名'])
    expect(sheet).toContain(words)
  await until('no sheet any more', () => window.script<boolean>('return !document.querySelector(".form-paper")'))
  await window.reads(say('form.table_keys'))
})

test('submitted, it reaches the township with every answer', async () => {
  await agree(window, id)
  await window.reload()
  await window.reads(say('form.all_done'))
  await window.press('button', say('case.submit'), { exact: true })
  await until('submitted', async () => (await window.desk('show_case', { case: id })).row.revision === 1)
  await window.desk('start_sync', {})
  await until('all is received', async () => {
    const { running, pending_entries, pending_photos } = await window.desk('sync_state', {})
    return !running && pending_entries === 0 && pending_photos === 0
  })
  const staff = await center.signIn(ACCEPTOR)
  const { fields, photos } = await staff.post('case/show', { id })
  const told = Object.fromEntries(fields.map(({ path, value }) => [path, value]))
  expect(told).toMatchObject({
    '/data/typed/address': '大湖村3组18号',
    '/data/typed/score': '45',
    '/data/chosen/way': '到窗口',
    '/data/chosen/promise': expect.any(String),
    '/data/home/member[1]/name': '户主',
    '/data/home/member[2]/wage': '900',
  })
  expect(photos).toHaveLength(1)
  expect(await window.complaints()).toEqual([])
})
