// People and results in the real window: where somebody is, and back again; a result of which she is told.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { ACCEPTOR, Center, CONFIRMER } from './harness/center'
import { failureFile, newFolder } from './harness/folder'
import { cardVisit } from './harness/forms'
import { Laptop } from './harness/laptop'
import { PIN, until } from './harness/programs'
import { demoRoster, fittingHouseholds, type Villager } from './harness/roster'
import { Key, Window } from './harness/window'
import { wordsOf } from './harness/words'

const say = wordsOf('village')
const folder = newFolder('people')
let center: Center
let window: Window
let elder: Villager
let person = ''
let decided = ''

beforeAll(async () => {
  center = await Center.open(folder.path)
  const roster = demoRoster(folder.path, 20, 70)
  const laptop = Laptop.enrolled(folder.path, center, roster.file)
  const [household] = fittingHouseholds(roster.households)
  if (!household) throw new Error('no household that fits')
  elder = household.elder
  decided = laptop.openCase({ item: 'SSC', person: elder.id, answers: cardVisit(), submit: true })
  laptop.sync()
  const acceptor = await center.signIn(ACCEPTOR)
  for (const batch of await acceptor.post('batch/list', { limit: 100 }))
    if (!batch.imported_at) await acceptor.post('batch/import', { id: batch.id })
  const revision = (await acceptor.post('case/show', { id: decided })).row.revision ?? ''
  await acceptor.post('case/accept', { id: decided, revision })
  const confirmer = await center.signIn(CONFIRMER)
  await confirmer.post('case/confirm', { id: decided, revision, outcome: 'granted', due: null, note: '制卡完成' })
  laptop.sync()
  window = await Window.open(folder.path)
  await window.reads(say('sign_in.sub'))
  await until('the focus at the PIN', async () => (await window.focused()).name === say('sign_in.pin'))
  await window.keys(PIN, Key.ENTER)
  await window.find('navigation', say('frame.navigation'))
  person = (await window.desk('find_people', { text: elder.id }))[0]?.id ?? ''
})
afterAll(async () => {
  await Promise.allSettled([window?.close(), center?.stop()])
  folder.remove()
})
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await window.picture(failureFile(`people ${task.name}`))
})
/** Ctrl+Z is the page's once the dialog is gone and nobody types. */
async function takeBack(): Promise<void> {
  const under =
    'return [...document.querySelectorAll("[aria-modal=true]")].some((one) => one.getClientRects().length > 0)'
  await until('the page without a dialog', async () => !(await window.script<boolean>(under)))
  await until('nobody who types', async () => (await window.focused()).role !== 'textbox')
  await window.keys(Key.chord(Key.CONTROL, 'z'))
}
const where = async () => (await window.desk('show_person', { person })).person.whereabouts

test('a result stands on the day’s list until she was told: one click leads to the line', async () => {
  await window.go('/today')
  await window.reads(say('today.kind.result'))
  await window.reads(say('today.result.untold', { outcome: say('outcome.granted') }))
  expect(await window.flaws()).toEqual([])
  await window.press('button', say('today.act.result'))
  await window.find('heading', '材料交接与出件单')
  const line = await window.script<string>('return location.hash.split("/").at(-1)')
  const { form } = await window.desk('show_line', { line })
  const told = (name: string) => form.find((field) => field.name === name)?.value
  expect([told('step'), told('received_by')]).toEqual(['tell', elder.name])
  expect(await window.flaws()).toEqual([])
  await window.press('button', say('line.record'), { exact: true })
  await until('the line', async () => (await window.desk('show_line', { line })).row.is_recorded)
  await window.go('/today')
  await window.find('heading', say('today.title'))
  await expect.poll(() => window.text()).not.toContain(say('today.kind.result'))
})

test('she moved away: it stands at her name, and Ctrl+Z takes it back', async () => {
  await window.go(`/people/${person}`)
  await window.press('button', say('where.open'))
  await window.find('dialog', say('where.title', { name: elder.name }))
  await window.press('radio', say('where.moved'))
  await window.type(say('where.place.moved'), '武汉市洪山区')
  expect(await window.flaws()).toEqual([])
  await window.press('button', say('where.act'), { exact: true })
  await window.reads('武汉市洪山区')
  await window.reads(say('where.noted', { name: elder.name, where: say('where.moved') }))
  expect((await where()).state).toBe('moved')
  expect(await window.flaws()).toEqual([])
  await takeBack()
  await window.reads(say('undo.back', { what: say('where.noted', { name: elder.name, where: say('where.moved') }) }))
  expect((await where()).state).toBe('here')
  await expect.poll(() => window.text()).not.toContain('武汉市洪山区')
})

test('somebody new is written down by hand and found; her telephone is corrected, and that is taken back', async () => {
  const { household_no } = (await window.desk('show_person', { person })).person
  await window.go('/people')
  await window.press('button', say('edit.add'))
  await window.find('dialog', say('edit.add'))
  await window.type(say('field.name'), '余新生')
  await window.type(say('field.household_no'), household_no)
  expect(await window.flaws()).toEqual([])
  await window.press('button', say('edit.add_act'), { exact: true })
  await until('her record', async () => (await window.desk('find_people', { text: '余新生' })).length === 1)
  const [added] = await window.desk('find_people', { text: '余新生' })
  expect(added?.household_no).toBe(household_no)
  await window.go(`/people/${added?.id}`)
  await window.press('button', say('edit.open'))
  await window.type(say('field.phone'), '13912345678')
  await window.press('button', say('edit.act'), { exact: true })
  const phone = async () => (await window.desk('find_people', { text: '余新生' }))[0]?.phone_masked
  await until('her telephone', async () => (await phone()) === '139****5678')
  await window.reads(say('edit.corrected', { name: '余新生' }))
  await takeBack()
  await until('the one before', async () => (await phone()) === '')
})

test('who is to be watched is written down from her page, and a visit at which she was met moves the day', async () => {
  await window.go(`/people/${person}`)
  await window.press('button', say('pages.begin', { name: '重点关注' }))
  await window.find('heading', '重点关注对象登记簿')
  const line = await window.script<string>('return location.hash.split("/").at(-1)')
  const answers = { '/data/risks': 'alone', '/data/source': 'round', '/data/every_days': '15' }
  await window.desk('answer_line', { line, answers })
  await window.desk('record_line', { line })
  await window.go(`/people/${person}`)
  await window.reads(say('pages.met_never'))
  expect(await window.flaws()).toEqual([])
  const { household } = await window.desk('show_person', { person })
  const { visit, notes } = await window.desk('start_visit', { household: household?.id ?? '', round: null })
  await window.desk('record_visit', { visit: visit.id, notes: { ...notes, result: 'met' } })
  await window.go('/people')
  await window.go(`/people/${person}`)
  await window.reads('上次走访')
  await expect.poll(() => window.text()).not.toContain(say('pages.met_never'))
})

test('an identity number is cleared after a question, and that is taken back', async () => {
  await window.go(`/people/${person}`)
  await window.press('button', say('edit.open'))
  await window.press('button', say('edit.clear_named', { field: say('field.id_number') }))
  await window.reads(say('edit.clear_number_text'))
  expect(await window.flaws()).toEqual([])
  await window.press('button', say('edit.clear_number_act'), { exact: true })
  await window.reads(say('edit.will_clear'))
  expect(await window.flaws()).toEqual([])
  await window.press('button', say('edit.act'), { exact: true })
  const number = async () => (await window.desk('show_person', { person })).person.id_masked
  await until('no number', async () => (await number()) === '')
  await takeBack()
  await until('the number again', async () => (await number()) !== '')
})

test('nothing complained on the way', async () => {
  expect(await window.complaints()).toEqual([])
})
