// The tour at the first start, the help beside every screen, and the practice village, in the real window.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Center } from './harness/center'
import { failureFile, newFolder } from './harness/folder'
import { Laptop } from './harness/laptop'
import { PIN, until } from './harness/programs'
import { demoRoster } from './harness/roster'
import { Key, Window } from './harness/window'
import { wordsOf } from './harness/words'

const say = wordsOf('village')
/** What the tour shows, in its order: its words, and the places that stand in the ring. */
const STEPS: [name: string, ...places: string[]][] = [
  ['today', '/today'],
  ['search', 'search'],
  ['visits', '/visits'],
  ['books', '/cases', '/registers'],
  ['status', 'status'],
  ['lock', 'lock'],
  ['help', 'help'],
]
const SCREENS = [
  'today',
  'people',
  'visits',
  'cases',
  'registers',
  'figures',
  'due',
  'radar',
  'guides',
  'sync',
  'settings',
]

/** What does not lie as it should: the ring around its places, the card whole within the window and beside the ring. */
const LAID = `
const flaws = []
const box = (element) => element.getBoundingClientRect()
const ring = box(document.querySelector('.window-tour .ring')), card = box(document.querySelector('.tour-card'))
for (const name of arguments) {
  const place = box(document.querySelector('[data-place="' + name + '"]'))
  if (place.left < ring.left - 1 || place.top < ring.top - 1 || place.right > ring.right + 1 || place.bottom > ring.bottom + 1) flaws.push('outside the ring: ' + name)
}
if (card.left < 0 || card.top < 0 || card.right > innerWidth || card.bottom > innerHeight) flaws.push('the card is not whole')
if (card.left < ring.right && ring.left < card.right && card.top < ring.bottom && ring.top < card.bottom) flaws.push('the card lies over the ring')
return flaws`

const folder = newFolder('help')
let center: Center
let window: Window

const isTouring = () => window.has('dialog', say('tour.name'))
const helps = () => window.script<boolean>('return document.querySelector(".help-panel") !== null')
const laid = (places: string[]) =>
  until('the ring in its place', async () => {
    const flaws = await window.script<string[]>(LAID, ...places)
    return flaws.length === 0 || Promise.reject(new Error(flaws.join('; ')))
  })
async function signIn(): Promise<void> {
  await window.reads(say('sign_in.sub'))
  await until('the focus at the PIN', async () => (await window.focused()).name === say('sign_in.pin'))
  await window.keys(PIN, Key.ENTER)
  await window.find('navigation', say('frame.navigation'))
}
/** All that the real ledger holds, as far as it can be counted from here. */
async function held() {
  const [people, cases, visits, sync, office] = [
    await window.desk('list_people', { offset: 0, limit: 1 }),
    await window.desk('sync_rows', { offset: 0, limit: 1 }),
    await window.desk('list_visits', { limit: 1000, household: null }),
    await window.desk('sync_state', {}),
    await window.desk('office_state', {}),
  ]
  return {
    people: people.total,
    cases: cases.total,
    visits: visits.length,
    pending: sync.pending_entries,
    agent: office.agent?.name,
    practice: office.practice,
  }
}
async function leavePractice(): Promise<void> {
  await window.press('button', say('practice.leave'))
  await window.reads(say('practice.leave_text'))
  await window.press('button', say('practice.leave'), { within: say('practice.leave_title') })
}
const isCleared = () => until('the practice village gone', () => !existsSync(join(folder.path, 'ledger', 'practice')))

beforeAll(async () => {
  center = await Center.open(folder.path)
  Laptop.enrolled(folder.path, center, demoRoster(folder.path, 20, 60).file)
  window = await Window.open(folder.path, { tour: true })
  await window.size(1366, 768)
})
afterAll(async () => {
  await Promise.allSettled([window?.close(), center?.stop()])
  folder.remove()
})
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await window.picture(failureFile(`help ${task.name}`))
})

describe('the tour', () => {
  test('comes with the first sign-in and is walked by the keyboard, forth and back', async () => {
    await signIn()
    await window.find('dialog', say('tour.name'))
    expect((await window.desk('preferences', {})).toured).toBe(false)
    for (const [at, [name, ...places]] of STEPS.entries()) {
      await window.reads(say(`tour.${name}.text`))
      await window.reads(say('tour.at', { n: at + 1, all: STEPS.length }))
      await laid(places)
      expect((await window.focused()).role).toBe('button')
      if (at === 2) {
        await window.keys(Key.ARROW_LEFT)
        await window.reads(say(`tour.${STEPS[1]?.[0]}.text`))
        await window.keys(Key.ARROW_RIGHT)
        await window.reads(say(`tour.${name}.text`))
      }
      expect(await window.flaws()).toEqual([])
      await window.keys(at % 2 === 0 && at < STEPS.length - 1 ? Key.ARROW_RIGHT : Key.ENTER)
    }
    await until('its end', async () => !(await isTouring()))
    await until('that she saw it', async () => (await window.desk('preferences', {})).toured)
  })

  test('does not come again, and the keys belong to the screen', async () => {
    await window.reload()
    await window.settled()
    // What the screen asked for when it came is answered before this is.
    await window.desk('preferences', {})
    await expect.poll(() => isTouring()).toBe(false)
    await window.keys('/')
    expect((await window.focused()).name).toBe(say('search.people'))
    await window.keys(Key.ESCAPE)
  })

  test.each([
    [100, 1024, 700],
    [125, 1366, 768],
    [150, 1366, 768],
    [150, 1024, 700],
  ] as const)('asked for again in the settings it fits, type of size %i in %i × %i', async (zoom, width, height) => {
    await window.speak('zh-CN', zoom)
    await window.size(width, height)
    await window.go('/settings')
    await window.press('button', say('tour.again'))
    for (const [name, ...places] of STEPS) {
      await window.reads(say(`tour.${name}.text`))
      await laid(places)
      if (name !== 'help') await window.keys(Key.ARROW_RIGHT)
    }
    await window.keys(Key.ESCAPE)
    await until('its end', async () => !(await isTouring()))
  })
})

describe('the help', () => {
  beforeAll(async () => {
    await window.speak('zh-CN', 100)
    await window.size(1366, 768)
  })

  test('F1 shows what the present screen is for, and goes along to the next one', async () => {
    await window.go('/today')
    await window.keys(Key.F1)
    for (const screen of SCREENS) {
      await window.go(`/${screen}`)
      await window.reads(say(`help.${screen}.for`))
      await window.reads(say(`help.${screen}.wrong`))
      expect(await window.flaws(), screen).toEqual([])
    }
    await window.keys(Key.F1)
    await expect.poll(() => helps()).toBe(false)
  })

  test('it shows what a person and her household are for, and Escape closes it and not the screen', async () => {
    const [person] = (await window.desk('list_people', { offset: 0, limit: 1 })).rows
    await window.go(`/people/${person?.id}`)
    await window.keys(Key.F1)
    await window.reads(say('help.person.for'))
    await window.go(`/visits/house/${person?.household}`)
    await window.reads(say('help.household.for'))
    const at = await window.script<string>('return location.hash')
    await window.script('document.querySelector(".help-panel").focus()')
    await window.keys(Key.ESCAPE)
    await expect.poll(() => helps()).toBe(false)
    await expect.poll(() => window.script<string>('return location.hash')).toBe(at)
    await window.keys(Key.ESCAPE)
    await until('the screen before', async () => (await window.script<string>('return location.hash')) !== at)
  })

  test('it is read in the middle of typing, and the typing goes on', async () => {
    await window.go('/today')
    await window.keys('/')
    await window.keys('w')
    await window.keys(Key.F1)
    await window.reads(say('help.today.for'))
    await window.keys(Key.ESCAPE)
    expect((await window.focused()).name).toBe(say('search.people'))
    await expect.poll(() => window.script<string>('return document.activeElement.value')).toBe('w')
    await window.keys(Key.ESCAPE)
  })
})

describe('the practice village', () => {
  let before: Awaited<ReturnType<typeof held>>
  let visit = ''

  test('is entered from the door, and people are there', async () => {
    before = await held()
    expect(before.practice).toBe(false)
    await window.keys(Key.chord(Key.CONTROL, 'l'))
    await window.reads(say('sign_in.sub'))
    expect(await window.flaws()).toEqual([])
    await window.press('button', say('practice.from_door'))
    await window.reads(say('practice.banner'), 60_000)
    const there = await held()
    expect(there.practice).toBe(true)
    expect(there.people).toBeGreaterThan(100)
    expect(there.visits).toBe(0)
    await expect.poll(() => isTouring(), { message: 'she has seen it' }).toBe(false)
    await window.go('/people')
    await window.reads(say('people.count', { n: there.people }))
    await window.reads(say('practice.banner'))
    expect(await window.flaws()).toEqual([])
  })

  test('a visit is recorded and a case opened as in real work', async () => {
    const [house] = (await window.desk('list_households', { text: '', offset: 0, limit: 1 })).rows
    await window.go(`/visits/house/${house?.id}`)
    await window.press('button', say('act.start_visit'))
    await until('a visit', async () => {
      visit = await window.script<string>('return location.hash.split("/").at(-1)')
      return /^[0-9a-f-]{36}$/.test(visit) && visit !== house?.id
    })
    await window.press('radio', say('open.result.nobody'))
    await window.press('button', say('visit.record'))
    await window.reads(say('visit.recorded'))
    expect((await window.desk('show_visit', { visit })).is_recorded).toBe(true)
    const [person] = (await window.desk('list_people', { offset: 0, limit: 1 })).rows
    const begun = { item: 'SSC', person: person?.id ?? '', visit: null, event: null, again: false }
    const opened = await window.desk('open_case', begun)
    await window.go(`/cases/${opened.row.id}`)
    await window.find('radiogroup', say('case.parts'))
    await window.reads(say('practice.banner'))
  })

  test('nothing says that it is reported, and nothing is', async () => {
    await window.go('/sync')
    await window.reads(say('practice.sync_text'))
    await expect
      .poll(() => window.script<string>('return document.querySelector(".sync-line").innerText'))
      .toContain(say('practice.sync'))
    for (const act of ['sync.start', 'sync.to_stick', 'sync.from_stick']) {
      await expect.poll(() => window.has('button', say(act)), { message: act }).toBe(false)
    }
    await expect(window.desk('start_sync', {})).rejects.toThrow('practice_village')
    await window.go('/settings')
    await window.reads(say('practice.card_in'))
    for (const act of ['keys.add', 'keys.change', 'copy.choose', 'settings.address_act', 'settings.lock']) {
      await expect.poll(() => window.has('button', say(act)), { message: act }).toBe(false)
    }
    expect(await window.flaws()).toEqual([])
  })

  test('the key that locks asks first, and staying loses nothing', async () => {
    await window.keys(Key.chord(Key.CONTROL, 'l'))
    await window.reads(say('practice.leave_text'))
    await window.press('button', say('practice.stay'))
    await until('the question gone', async () => !(await window.has('dialog', say('practice.leave_title'))))
    expect((await held()).visits).toBe(1)
  })

  test('leaving clears it, and her own ledger is as it was', async () => {
    await leavePractice()
    await window.reads(say('sign_in.sub'))
    await isCleared()
    await signIn()
    await expect.poll(() => held()).toEqual(before)
    await expect.poll(() => window.text()).not.toContain(say('practice.banner'))
    await expect(window.desk('show_visit', { visit })).rejects.toThrow()
  })

  test('from the settings she is asked, goes there, and comes back by her PIN', async () => {
    await window.go('/settings')
    await window.press('button', say('practice.go'))
    await window.reads(say('practice.go_text'))
    await window.press('button', say('practice.go'), { within: say('practice.go_title') })
    await window.reads(say('practice.banner'), 60_000)
    expect((await held()).visits, 'it begins anew').toBe(0)
    await leavePractice()
    await isCleared()
    await signIn()
    await expect.poll(() => held()).toEqual(before)
  })

  test('a laptop without a ledger can practise first; the tour comes there and offers no other village', async () => {
    const fresh = newFolder('help-fresh')
    const first = await Window.open(fresh.path, { tour: true })
    try {
      await first.reads(say('make.title'))
      await first.press('button', say('practice.from_door'))
      await first.reads(say('practice.banner'), 60_000)
      await first.find('dialog', say('tour.name'))
      for (const [name] of STEPS.slice(1)) {
        await first.keys(Key.ARROW_RIGHT)
        await first.reads(say(`tour.${name}.text`))
      }
      await expect.poll(() => first.has('button', say('tour.practise'))).toBe(false)
      await first.press('button', say('tour.done'))
      await first.press('button', say('practice.leave'))
      await first.press('button', say('practice.leave'), { within: say('practice.leave_title') })
      await first.reads(say('make.title'))
      expect((await first.desk('preferences', {})).toured).toBe(true)
      expect(await first.complaints()).toEqual([])
    } finally {
      await first.close()
      fresh.remove()
    }
  })
})

test('nothing went wrong within the pages', async () => {
  expect(await window.complaints()).toEqual([])
})
