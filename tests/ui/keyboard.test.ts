// The day's main steps by the keyboard alone: no click in this file.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { ACCEPTOR, Center } from './harness/center'
import { Chromium } from './harness/browser'
import { failureFile, newFolder } from './harness/folder'
import { cardVisit } from './harness/forms'
import { Laptop } from './harness/laptop'
import { PIN, until } from './harness/programs'
import { demoRoster, fittingHouseholds, type Villager } from './harness/roster'
import { Key, Window } from './harness/window'
import { wordsOf } from './harness/words'

const say = wordsOf('village')
const tell = wordsOf('console')
const folder = newFolder('keyboard')
let center: Center
let window: Window
let person: Villager

beforeAll(async () => {
  center = await Center.open(folder.path)
  const demo = demoRoster(folder.path, 60, 200)
  const house = fittingHouseholds(demo.households)[0]
  if (!house) throw new Error('no household fits')
  person = house.other
  Laptop.enrolled(folder.path, center, demo.file)
  window = await Window.open(folder.path)
})
afterAll(async () => {
  await Promise.allSettled([window?.close(), center?.stop()])
  folder.remove()
})
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await window.picture(failureFile(`keyboard ${task.name}`))
})

/** Presses Tab until the focus is where it is wanted; what was passed on the way is the order of the screen. */
async function tabTo(name: string, least = 0): Promise<string[]> {
  const passed: string[] = []
  for (let presses = 0; presses < 80; presses += 1) {
    await window.key(Key.TAB)
    const at = await window.focused()
    passed.push(at.name)
    if (presses >= least && at.name.includes(name)) return passed
  }
  throw new Error(`Tab never came to “${name}”: ${passed.join(' → ')}`)
}

test('she signs in, finds a person, opens a case and fills it in; Tab goes through the form as it is read', async () => {
  await window.reads(say('sign_in.sub'))
  expect((await window.focused()).name).toBe(say('sign_in.pin'))
  await window.keys(PIN, Key.ENTER)
  await window.find('heading', say('today.title'))
  await window.settled()

  await window.keys('/')
  await window.keys(person.id.slice(-6))
  await window.find('option', person.name)
  await window.keys(Key.ENTER)
  await window.find('heading', person.name)
  await window.settled()

  await window.keys('n')
  await window.find('dialog', say('new_case.title'))
  // She is chosen; the cursor stands where items are looked for: ↓ goes to what was found, Enter begins.
  await until('the cursor at the items', async () => (await window.focused()).name === say('guide.search'))
  await window.keys('社保卡申领')
  await until('the item', () =>
    window.script<boolean>('return document.querySelector("input[name=item]:checked")?.value === "SSC"'),
  )
  await window.keys(Key.ARROW_DOWN)
  await until('the focus at the item', () => window.script<boolean>('return document.activeElement?.value === "SSC"'))
  await window.keys(Key.ENTER)
  await window.find('radiogroup', say('case.parts'))
  await window.settled()

  const id = await window.script<string>('return location.hash.split("/").at(-1)')
  const { form } = await window.desk('show_case', { case: id })
  const asked = form
    .filter(({ path, kind, read_only }) => path.startsWith('/data/person/') && kind !== 'note' && !read_only)
    .map(({ label }) => label)
  const passed = await tabTo(say('form.next'))
  const order = asked.map((label) => passed.findIndex((name) => name.includes(label))).filter((at) => at >= 0)
  expect(order.length).toBeGreaterThan(2)
  expect(order).toEqual([...order].sort((a, b) => a - b))
})

test('what hinders stands where Enter on 上报 leads; the rest is filled in, and it is submitted', async () => {
  await tabTo(say('case.submit'))
  await window.keys(Key.ENTER)
  await window.reads(/还差 \d+ 项/)
  const id = await window.script<string>('return location.hash.split("/").at(-1)')
  const first = (await window.desk('show_case', { case: id })).hindrances[0]
  await until('the focus at what is missing', () =>
    window.script<boolean>(
      'return document.activeElement.closest("[data-path]")?.dataset.path === arguments[0]',
      first?.path,
    ),
  )
  for (const [path, value] of Object.entries(cardVisit())) {
    await until(`the focus at ${path}`, async () => {
      if (
        await window.script<boolean>(
          'return document.activeElement.closest("[data-path]")?.dataset.path === arguments[0]',
          path,
        )
      )
        return true
      if ((await window.focused()).name.includes(say('form.next'))) await window.keys(Key.ENTER)
      await window.key(Key.TAB)
      return false
    })
    const { form } = await window.desk('show_case', { case: id })
    const field = form.find((one) => one.path === path)
    if (field?.kind !== 'select_one') await window.keys(value)
    else if ((field.choices?.length ?? 0) <= 5) {
      await window.keys(Key.SPACE)
      for (let presses = 0; presses < 6; presses += 1) {
        if (
          await window.script<boolean>(
            'return document.activeElement.checked && document.activeElement.value === arguments[0]',
            value,
          )
        )
          break
        await window.keys(Key.ARROW_DOWN)
      }
    } else {
      const label = field.choices?.find(({ name }) => name === value)?.label ?? ''
      await window.keys(label)
      await window.find('option', label)
      await window.keys(Key.ARROW_DOWN, Key.ENTER)
    }
    await until(
      `${path} is answered`,
      async () => (await window.desk('show_case', { case: id })).form.find((one) => one.path === path)?.value === value,
    )
  }
  // Its form asks for no consent: both stand beside it, each with its own tick.
  for (const tick of ['consent.given', 'consent.sensitive_given']) {
    await tabTo(say(tick))
    await window.keys(Key.SPACE)
  }
  await tabTo(say('case.submit'))
  await window.keys(Key.ENTER)
  await until('it is submitted', async () => (await window.desk('show_case', { case: id })).row.revision === 1)
})

test('the township signs in, goes to the list and moves in it with the keys', async () => {
  await window.desk('start_sync', {})
  await until('all is received', async () => (await window.desk('sync_state', {})).pending_entries === 0, 40_000)
  const session = await center.signIn(ACCEPTOR)
  for (const batch of await session.post('batch/list', { limit: 10 }))
    if (batch.cases > 0) await session.post('batch/import', { id: batch.id })
  const chromium = await Chromium.open()
  const staff = await chromium.page(center.console)
  const { page } = staff
  await page.getByLabel(tell('sign.name'), { exact: true }).waitFor()
  await page.keyboard.type(ACCEPTOR.name)
  await page.keyboard.press('Tab')
  await page.keyboard.type(ACCEPTOR.password)
  await page.keyboard.press('Enter')
  await page.getByRole('navigation').waitFor()
  await staff.go('/review')
  const row = page.getByRole('row').filter({ hasText: person.name })
  await row.waitFor()
  for (
    let presses = 0;
    presses < 40 && !(await row.evaluate((element) => element === document.activeElement));
    presses += 1
  )
    await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: '社保卡', level: 1 }).waitFor()
  expect(staff.complaints()).toEqual([])
  await chromium.close()
})
