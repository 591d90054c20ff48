// The window reports by itself, and two laptops' data of one person are settled on her page.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Center } from './harness/center'
import { failureFile, newFolder } from './harness/folder'
import { Laptop } from './harness/laptop'
import { PIN, until } from './harness/programs'
import { demoRoster, fittingHouseholds, type Villager } from './harness/roster'
import { Key, Window } from './harness/window'
import { wordsOf } from './harness/words'

const say = wordsOf('village')
const folder = newFolder('itself')
let center: Center
let bob: Laptop
let window: Window
let elder: Villager

beforeAll(async () => {
  center = await Center.open(folder.path)
  const demo = demoRoster(folder.path, 60, 200)
  const found = fittingHouseholds(demo.households)[0]
  if (!found) throw new Error('no household')
  elder = found.other
  Laptop.enrolled(folder.path, center, demo.file)
  bob = Laptop.enrolled(folder.path, center, demo.file, '吴小芳', 'bob')
  window = await Window.open(folder.path, { byItself: true })
})
afterAll(async () => {
  await Promise.allSettled([window?.close(), center?.stop()])
  folder.remove()
})
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await window.picture(failureFile(`itself window ${task.name}`))
})

test('after she signs in everything goes by itself, and nobody pressed anything', async () => {
  await window.find('textbox', say('sign_in.pin'))
  await window.type(say('sign_in.pin'), PIN)
  await window.keys(Key.ENTER)
  await window.find('navigation', say('frame.navigation'))
  await until('all is received', async () => (await window.desk('sync_state', {})).pending_entries === 0)
  await window.go('/sync')
  await window.reads(say('sync.by_itself'))
  await window.reads(say('sync.says.all_received'))
})

test('she chooses that photos wait on a metered connection', async () => {
  await window.go('/settings')
  await window.press('radio', say('settings.thrift.text_on_metered'))
  await until('it is kept', async () => (await window.desk('preferences', {})).thrift === 'text_on_metered')
})

test('two names that did not see each other stand on her page, and a person says which holds', async () => {
  // Both laptops took the same roster in; bob, who heard of nobody yet, corrects a name.
  const corrected = join(folder.path, 'corrected.csv')
  const { household, id, relation, name } = elder
  writeFileSync(corrected, `户号,姓名,身份证号,与户主关系\n${household},${name}英,${id},${relation}\n`)
  bob.ask(['roster', 'import', corrected])
  bob.sync()
  await window.desk('start_sync', {})
  const found = await until('she is open', async () =>
    (await window.desk('open_values', {})).find((one) => one.kind === 'resident'),
  )
  await window.go('/today')
  await window.reads(say('today.kind.open'))
  await window.go(`/people/${found.subject}`)
  const said = await window.reads(say('open.title'))
  for (const word of [`${name}英`, bob.agent, say('open.at_here'), say('open.at_laptop')]) expect(said).toContain(word)
  await window.press('button', say('open.take_of', { value: `${name}英` }))
  await window.press('button', say('open.act'))
  await until('nothing is open', async () => (await window.desk('open_values', {})).length === 0)
  await until('no word of it', async () => !(await window.text()).includes(say('open.text_laptop')))
  await window.reads(say('open.settled'))
})
