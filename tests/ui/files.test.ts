// Files, recordings and pictures in a form: tried by the official in the browser, answered in the real window by the system's
// own dialogs, read and downloaded at the township, saved again on the laptop.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { FieldView } from '../../ui/src/shared/bindings/desk'
import { agree } from './harness/filling'
import { Chromium, type ConsolePage } from './harness/browser'
import { ACCEPTOR, ADMIN, Center } from './harness/center'
import { failureFile, newFolder } from './harness/folder'
import { Laptop } from './harness/laptop'
import { PIN, until } from './harness/programs'
import { demoRoster, fittingHouseholds, type Villager } from './harness/roster'
import { Key, Window } from './harness/window'
import { wordsOf } from './harness/words'
import { writeWorkbook } from './harness/workbook'

const SURVEY = [
  ['type', 'name', 'label', 'required', 'appearance', 'media::image', 'media::audio'],
  ['select_one card', 'card', '持有哪种证', 'yes', '', 'card.jpg', 'said.wav'],
  ['file', 'proof', '残疾证明', 'yes', '', '', ''],
  ['audio', 'told', '本人口述', '', '', '', ''],
  ['image', 'scene', '现场照片', 'yes', '', '', ''],
  ['image', 'sign', '申请人签名', 'yes', 'signature', '', ''],
]
const CHOICES = [
  ['list_name', 'name', 'label', 'media::image'],
  ['card', 'old', '旧版证', 'old.jpg'],
  ['card', 'new', '新版证', ''],
]
const SETTINGS = [
  ['form_title', 'form_id', 'version'],
  ['残疾人补贴申请', 'CANJI', '1'],
]
const PAPER = Buffer.concat([Buffer.from('%PDF-1.7\n% 残疾证明\n'), Buffer.alloc(70_000, 'a certificate ')])

const say = wordsOf('village')
const tell = wordsOf('console')
const folder = newFolder('files')
const here = (name: string) => join(folder.path, name)
const picture = (name: string) => new URL(`../../data/pictures/${name}`, import.meta.url)
let center: Center
let laptop: Laptop
let window: Window
let chromium: Chromium
let admin: ConsolePage
let staff: ConsolePage
let person: Villager
let id = ''
let broken = ''

/** A second of a hum. */
function hum(): Buffer {
  const samples = Buffer.alloc(8000)
  for (const at of samples.keys()) samples[at] = 128 + Math.round(60 * Math.sin(at / 6))
  const head = Buffer.alloc(44)
  head.write('RIFF', 0, 'latin1')
  head.writeUInt32LE(36 + samples.length, 4)
  head.write('WAVEfmt ', 8, 'latin1')
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(8000, 24)
  head.writeUInt32LE(8000, 28)
  head.writeUInt16LE(1, 32)
  head.writeUInt16LE(8, 34)
  head.write('data', 36, 'latin1')
  head.writeUInt32LE(samples.length, 40)
  return Buffer.concat([head, samples])
}

beforeAll(async () => {
  center = await Center.open(folder.path)
  const demo = demoRoster(folder.path, 60, 200)
  const house = fittingHouseholds(demo.households)[0]
  if (!house) throw new Error('no household fits')
  person = house.other
  laptop = Laptop.enrolled(folder.path, center, demo.file)
  writeWorkbook(here('canji.xlsx'), {
    survey: SURVEY,
    choices: CHOICES,
    settings: SETTINGS,
  })
  writeFileSync(here('card.jpg'), readFileSync(picture('coffee.jpg')))
  writeFileSync(here('old.jpg'), readFileSync(picture('chelsea.jpg')))
  writeFileSync(here('said.wav'), hum())
  writeFileSync(here('proof.pdf'), PAPER)
  writeFileSync(here('program.pdf'), Buffer.from('MZ\x90\x00\x03\x00\x00\x00', 'latin1'))
  chromium = await Chromium.open()
  admin = await chromium.page(center.console)
  await admin.signIn(ADMIN)
  staff = await chromium.page(center.console)
  await staff.signIn(ACCEPTOR)
})
afterAll(async () => {
  await Promise.allSettled([window?.close(), chromium?.close(), center?.stop()])
  folder.remove()
})
beforeEach((context) => context.skip(broken !== '', `“${broken}” failed before`))
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return
  broken = task.name
  await chromium.pictures(failureFile(`files ${task.name}`))
  await window?.picture(failureFile(`files window ${task.name}`))
})

const field = async (path: string): Promise<FieldView | undefined> =>
  (await window.desk('show_case', { case: id })).form.find((one) => one.path === path)
/** Whether every picture that this selector names is really drawn. */
const drawn = (selector: string) =>
  until(`the pictures ${selector}`, () =>
    window.script<boolean>(
      'const all = [...document.querySelectorAll(arguments[0])]; return all.length > 0 && all.every((one) => one.complete && one.naturalWidth > 0)',
      selector,
    ),
  )
const shown = (page: ConsolePage, selector: string) =>
  until(`the pictures ${selector}`, () =>
    page.page.evaluate((selected) => {
      const all = [...document.querySelectorAll<HTMLImageElement>(selected)]
      return all.length > 0 && all.every((one) => one.complete && one.naturalWidth > 0)
    }, selector),
  )

test('what the form shows is named by its cell where it is missing, and shown in the trial', async () => {
  await admin.go('/forms')
  await admin.page.getByRole('button', { name: tell('publish.title'), exact: true }).click()
  const bring = (...names: string[]) => admin.page.locator('input[type=file]').first().setInputFiles(names.map(here))
  await bring('canji.xlsx', 'card.jpg')
  await admin.page.getByText(tell('check.missing', { n: 2 })).waitFor()
  await admin.page.getByText('said.wav').first().waitFor()
  await bring('said.wav', 'old.jpg')
  // Good it was before too; now nothing is missing.
  await admin.page.getByText(tell('check.missing', { n: 2 })).waitFor({ state: 'detached' })
  await admin.page.getByText(tell('check.good')).waitFor()
  await admin.settled()
  expect([...(await admin.flaws()), ...(await admin.grave())]).toEqual([])
  await admin.page
    .locator('.action-bar')
    .getByRole('button', { name: tell('publish.step.try') })
    .click()
  await shown(admin, '.field-media img, .choice-picture')
  const sound = admin.page.locator('audio')
  await until('a sound that plays', () => sound.evaluate((one: HTMLAudioElement) => one.duration > 0.9))
  await admin.page
    .getByRole('button', {
      name: tell('field.enlarge', { name: '持有哪种证' }),
    })
    .click()
  await shown(admin, '.media-dialog img')
  await admin.page.keyboard.press('Escape')
})

test('a form with pictures, a signature and a file is tried to its end, and nothing of it leaves the browser', async () => {
  const asked: string[] = []
  admin.page.on('request', (request) => request.method() === 'POST' && asked.push(request.postData() ?? ''))
  const within = (path: string) => admin.page.locator(`[data-path="${path}"]`)
  await admin.page.getByRole('radio', { name: '旧版证' }).check()
  await within('/data/proof').locator('input[type=file]').setInputFiles(here('proof.pdf'))
  await within('/data/proof').getByText('proof.pdf').waitFor()
  await within('/data/scene')
    .locator('input[type=file]')
    .setInputFiles({
      name: 'a.jpg',
      mimeType: 'image/jpeg',
      buffer: readFileSync(picture('rocket.jpg')),
    })
  await shown(admin, '[data-path="/data/scene"] img')
  await within('/data/sign')
    .getByRole('button', { name: tell('field.signature') })
    .click()
  const canvas = admin.page.locator('canvas')
  await canvas.scrollIntoViewIfNeeded()
  const box = await canvas.boundingBox()
  if (!box) throw new Error('no canvas')
  await admin.page.mouse.move(box.x + 60, box.y + 60)
  await admin.page.mouse.down()
  await admin.page.mouse.move(box.x + 200, box.y + 110, { steps: 5 })
  await admin.page.mouse.up()
  await admin.page.getByRole('button', { name: tell('field.draw_keep') }).click()
  await shown(admin, '[data-path="/data/sign"] img')
  await admin.page.locator('aside').getByText(tell('trial.whole')).waitFor()
  expect(asked.every((body) => body.length < 4000)).toBe(true)
  expect([...(await admin.flaws()), ...(await admin.grave()), ...admin.complaints()]).toEqual([])
})

test('published, it is on the laptop with its pictures and its sound', async () => {
  center.ask(['form', 'publish', '--as', ADMIN.name, '--department', '残联', here('canji.xlsx')])
  laptop.sync()
  window = await Window.open(folder.path)
  await window.type(say('sign_in.pin'), PIN)
  await window.keys(Key.ENTER)
  await window.find('navigation', say('frame.navigation'))
  const known = await window.desk('find_people', { text: person.id })
  const opened = await window.desk('open_case', {
    item: 'CANJI',
    person: known[0]?.id ?? '',
    visit: null,
    event: null,
    again: false,
  })
  id = opened.row.id
  await window.go(`/cases/${id}`)
  await drawn('.field-media img, .choice-picture')
  await until('the sound', () => window.script<boolean>('return document.querySelector("audio")?.duration > 0.9'))
  await window.press('button', say('field.enlarge', { name: '持有哪种证' }))
  await drawn('.media-dialog img')
  await window.keys(Key.ESCAPE)
  await window.press('radio', '旧版证')
  await until('the answer', async () => (await field('/data/card'))?.value === 'old')
  expect(await window.flaws()).toEqual([])
})

test('a program is refused whatever it is called; a paper is chosen in the dialog and stands under its name', async () => {
  await window.press('button', say('field.choose_file'))
  await window.display.answerDialog('选择文件', here('program.pdf'))
  await window.reads('这种文件这一题收不了')
  expect((await field('/data/proof'))?.value).toBe('')
  await window.press('button', say('field.choose_file'))
  await window.display.answerDialog('选择文件', here('proof.pdf'))
  await window.reads('proof.pdf')
  const { photos, row } = await window.desk('show_case', { case: id })
  expect(photos.map(({ name, media, size_bytes }) => [name, media, size_bytes])).toEqual([
    ['proof.pdf', 'application/pdf', PAPER.length],
  ])
  expect(row.photos).toBe(0)
  await expect.poll(() => window.text()).not.toContain('这种文件这一题收不了')
  await window.press('button', say('field.choose_audio'))
  await window.display.answerDialog('选择录音', here('said.wav'))
  await window.reads('said.wav')
  expect(await window.flaws()).toEqual([])
})

test('it is saved again by the dialog, byte for byte', async () => {
  await window.press('button', say('field.save_file'))
  await window.display.answerDialog('把文件另存到', here('again'))
  const saved = await until('the file', () => {
    try {
      return readFileSync(here('again.pdf'))
    } catch {
      return null
    }
  })
  expect(saved.equals(PAPER)).toBe(true)
})

test('at the township it stands at its question, and is downloaded under its name', async () => {
  for (const slot of ['/data/scene', '/data/sign']) {
    const bytes = readFileSync(picture('rocket.jpg')).toString('base64')
    await window.desk('add_photo', { case: id, slot, bytes })
  }
  await agree(window, id)
  await window.desk('submit_case', { case: id })
  await window.desk('start_sync', {})
  await until('all is received', async () => {
    const { running, pending_entries, pending_photos } = await window.desk('sync_state', {})
    return !running && pending_entries === 0 && pending_photos === 0
  })
  await window.go('/sync')
  const session = await center.signIn(ACCEPTOR)
  for (const { id: batch, cases, imported_at } of await session.post('batch/list', { limit: 20 }))
    if (cases > 0 && !imported_at) await session.post('batch/import', { id: batch })
  await staff.go(`/review/${id}`)
  const line = staff.page.locator('[data-path="/data/proof"]')
  await line.getByText('proof.pdf').waitFor()
  await line.getByText('70.0 kB').or(line.getByText('70 kB')).first().waitFor()
  const [download] = await Promise.all([
    staff.page.waitForEvent('download'),
    line.getByRole('link', { name: tell('file.download') }).click(),
  ])
  expect(download.suggestedFilename()).toBe('proof.pdf')
  expect(readFileSync((await download.path()) ?? '').equals(PAPER)).toBe(true)
  await shown(staff, '[data-path="/data/card"] .field-media img')
  await staff.page.locator('[data-path="/data/told"]').getByText('said.wav').waitFor()
  expect([...(await staff.flaws()), ...(await staff.grave()), ...staff.complaints()]).toEqual([])
  expect(await window.complaints()).toEqual([])
})
