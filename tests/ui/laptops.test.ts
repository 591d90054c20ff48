// What two laptops and a center that lost a day make of the same cases, as the window and the console show it: edits that
// do not agree, records the center did not take, what comes back from laptops.
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ACCEPTOR, ADMIN, Center, CONFIRMER } from './harness/center'
import { Chromium, type ConsolePage } from './harness/browser'
import { failureFile, newFolder } from './harness/folder'
import { cardVisit } from './harness/forms'
import { Laptop } from './harness/laptop'
import { PIN, until } from './harness/programs'
import { demoRoster, fittingHouseholds, type Villager } from './harness/roster'
import { Key, Window } from './harness/window'
import { wordsOf } from './harness/words'

const REASON = '/data/visit/immobile_reason'
const ELSEWHERE = '420703200210'

const say = wordsOf('village')
const tell = wordsOf('console')
const folder = newFolder('laptops')
let center: Center
let alice: Laptop
let bob: Laptop
let window: Window
let chromium: Chromium
let people: Villager[]

beforeAll(async () => {
  center = await Center.open(folder.path)
  const demo = demoRoster(folder.path, 60, 200)
  people = fittingHouseholds(demo.households).map(({ other }) => other)
  alice = Laptop.enrolled(folder.path, center, demo.file)
  bob = Laptop.enrolled(folder.path, center, demo.file, '吴小芳', 'bob')
  window = await Window.open(folder.path)
  chromium = await Chromium.open()
})
afterAll(async () => {
  await Promise.allSettled([window?.close(), chromium?.close(), center?.stop()])
  folder.remove()
})
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return
  await window.picture(failureFile(`laptops window ${task.name}`))
  await chromium.pictures(failureFile(`laptops browser ${task.name}`))
})

function person(at: number): Villager {
  const found = people[at]
  if (!found) throw new Error(`no household ${at}`)
  return found
}

/** The window reports; resolves when all it has is received. */
async function report(): Promise<void> {
  await window.desk('start_sync', {})
  await until('all is received', async () => {
    const { running, pending_entries } = await window.desk('sync_state', {})
    return !running && pending_entries === 0
  })
}

/** A case that both laptops know, and each altered without having seen the other's edit. */
async function contested(at: number): Promise<string> {
  const id = bob.openCase({
    item: 'SSC',
    person: person(at).id,
    answers: cardVisit(),
    submit: true,
  })
  bob.sync()
  await report()
  bob.correct(id, { [REASON]: '瘫痪在床' })
  await window.go(`/cases/${id}`)
  await window.desk('answer_case', {
    case: id,
    answers: { [REASON]: '双目失明' },
  })
  await window.desk('submit_case', { case: id })
  bob.sync()
  await report()
  await window.go('/today')
  await window.go(`/cases/${id}`)
  await window.reads(say('case.conflicts'))
  return id
}

const conflictsOf = async (id: string) => (await window.desk('show_case', { case: id })).conflicts

describe('two laptops alter the same field', () => {
  test('both values stand on the case, with who wrote them', async () => {
    await window.find('textbox', say('sign_in.pin'))
    await window.type(say('sign_in.pin'), PIN)
    await window.keys(Key.ENTER)
    await window.find('navigation', say('frame.navigation'))
    await contested(0)
    const said = await window.reads('瘫痪在床')
    expect(said).toContain('双目失明')
    expect(said).toContain(alice.agent)
    expect(said).toContain(say('open.at_laptop'))
  })

  test('she enters the right value and submits: the conflict is gone, on the other laptop and at the township too', async () => {
    const id = await contested(1)
    const { form } = await window.desk('show_case', { case: id })
    const field = form.find(({ path }) => path === REASON)
    await window.press('button', say('case.jump'))
    await until('the cursor in the field', () =>
      window.script<boolean>(
        'return document.activeElement.closest("[data-path]")?.dataset.path === arguments[0]',
        REASON,
      ),
    )
    await window.type(field?.label ?? '', '双目失明，卧床')
    await window.reads(say('open.answered'))
    expect(await conflictsOf(id)).toHaveLength(1)
    await window.press('button', say('case.submit'), { exact: true })
    await until('no conflict', async () => (await conflictsOf(id)).length === 0)
    await until('no word of it', async () => !(await window.text()).includes(say('case.conflicts')))
    await report()
    bob.sync()
    const there = bob.ask<{
      conflicts: unknown[]
      answers: Record<string, string>
    }>(['case', 'show', id])
    expect(there.conflicts).toEqual([])
    expect(there.answers[REASON]).toBe('双目失明，卧床')
    const staff = await center.signIn(ACCEPTOR)
    expect((await staff.post('case/show', { id })).conflicts).toEqual([])
  })

  test('the value that stands is right: she says so with one press, and submits', async () => {
    const id = await contested(2)
    await window.press('button', say('open.take_of', { value: '双目失明' }))
    await window.reads(say('open.answered'))
    await window.press('button', say('case.submit'), { exact: true })
    await until('no conflict', async () => (await conflictsOf(id)).length === 0)
    await report()
    bob.sync()
    const there = bob.ask<{
      conflicts: unknown[]
      answers: Record<string, string>
    }>(['case', 'show', id])
    expect(there.conflicts).toEqual([])
    expect(there.answers[REASON]).toBe('双目失明')
  })
})

describe('a record that the center does not take', () => {
  let staff: ConsolePage

  test('stands on the laptop with its reason, and blocks nothing', async () => {
    const known = await window.desk('find_people', { text: person(3).id })
    // The window has the ledger: whatever writes into it by another way waits until it is closed.
    await window.close()
    alice.situation('elsewhere', known[0]?.id ?? '', ELSEWHERE)
    window = await Window.open(folder.path)
    await window.type(say('sign_in.pin'), PIN)
    await window.keys(Key.ENTER)
    await window.find('navigation', say('frame.navigation'))
    await report()
    await window.go('/sync')
    await window.press('radio', say('sync.refused'))
    const said = await window.reads(wordsOf('village')('reason.village_not_hers'))
    expect(said).toContain(person(3).name)
    expect(said).toContain('社保卡')
    expect(await window.flaws()).toEqual([])
  })

  test('the quarantine page shows it with what to do; who may not settle it sees it only', async () => {
    const reader = await chromium.page(center.console)
    await reader.signIn(CONFIRMER)
    await reader.go('/quarantine')
    await reader.page.getByText(tell('reason.village_not_hers')).waitFor()
    await expect
      .poll(() => reader.page.getByRole('button', { name: tell('quarantine.release'), exact: true }).count())
      .toBe(0)
    staff = await chromium.page(center.console)
    await staff.signIn(ACCEPTOR)
    await staff.go('/quarantine')
    await staff.page.getByText(tell('reason_next.village_not_hers')).waitFor()
    const row = staff.page.getByRole('row').filter({ hasText: tell('reason.village_not_hers') })
    await expect.poll(() => row.innerText()).toContain(alice.agent)
    expect([...(await staff.flaws()), ...(await staff.grave())]).toEqual([])
  })

  test('released by a person it is in force', async () => {
    await staff.page.getByRole('button', { name: tell('quarantine.release'), exact: true }).click()
    await staff.page
      .getByRole('dialog')
      .getByRole('button', { name: tell('quarantine.release'), exact: true })
      .click()
    await staff.page.getByText(tell('quarantine.released', { n: 2 })).waitFor()
    await staff.page.getByText(tell('quarantine.none'), { exact: true }).waitFor()
    await staff.go('/cases')
    await staff.page
      .getByRole('row')
      .filter({ hasText: '社保卡' })
      .filter({ hasText: person(3).name })
      .waitFor()
  })
})

describe('a center that came back from an older copy of its folder', () => {
  test('takes no batch file before its laptops were looked through, and tells everybody why', async () => {
    const kept = join(folder.path, 'kept')
    await center.stop()
    cpSync(center.data, kept, { recursive: true })
    await center.serve()
    bob.openCase({
      item: 'SSC',
      person: person(4).id,
      answers: cardVisit(),
      submit: true,
    })
    bob.sync()
    await center.restore(kept)
    bob.openCase({
      item: 'SSC',
      person: person(5).id,
      answers: cardVisit(),
      submit: true,
    })
    const file = join(folder.path, 'later.bangban')
    bob.ask(['batch', 'export', file])
    // The file holds a head that this center once signed and does not know now.
    expect(() => center.ask(['import', file])).toThrow(/center_recovering/)
    const staff = await chromium.page(center.console)
    await staff.signIn(ACCEPTOR)
    await staff.page
      .getByRole('status')
      .filter({ hasText: tell('recovery.banner_waiting') })
      .waitFor()
    expect([...(await staff.flaws()), ...(await staff.grave())]).toEqual([])
    expect(staff.complaints()).toEqual([])
    expect(await window.complaints()).toEqual([])
  })

  test('serves laptops once they were looked through, gets back what it lost, and decides again at a person’s word', async () => {
    const refused = () => expect(() => bob.sync()).toThrow(/center_recovering/)
    refused()
    const admin = await chromium.page(center.console)
    await admin.signIn(ADMIN)
    const banner = admin.page.getByRole('status').filter({ hasText: tell('recovery.banner_waiting') })
    await banner.waitFor()
    await banner.getByRole('link', { name: tell('recovery.look') }).click()
    const act = async (name: string): Promise<void> => {
      await admin.page.getByRole('button', { name, exact: true }).click()
      await admin.page.getByRole('dialog').getByRole('button', { name, exact: true }).click()
    }
    await admin.page.getByRole('row').filter({ hasText: bob.agent }).waitFor()
    expect([...(await admin.flaws()), ...(await admin.grave())]).toEqual([])
    await act(tell('recovery.confirm'))
    await admin.page.getByText(tell('recovery.stage_serving')).waitFor()
    bob.sync()
    const row = admin.page.getByRole('row').filter({ hasText: bob.agent })
    await row.filter({ hasText: tell('recovery.reported') }).waitFor()
    await act(tell('recovery.close'))
    await admin.page.getByText(tell('recovery.stage_closed')).waitFor()
    await admin.go('/cases')
    await admin.page
      .getByRole('row')
      .filter({ hasText: person(4).name })
      .waitFor()
    await admin.page
      .getByRole('row')
      .filter({ hasText: person(5).name })
      .waitFor()
    expect(admin.complaints()).toEqual([])
  })

  test('shows a decision that came back beside the one that was made instead, and goes on from the one that is chosen', async () => {
    const id = bob.openCase({ item: 'SSC', person: person(6).id, answers: cardVisit(), submit: true })
    bob.sync()
    const kept = join(folder.path, 'kept again')
    await center.stop()
    cpSync(center.data, kept, { recursive: true })
    await center.serve()
    await decide('case/accept', id)
    bob.sync()
    await center.restore(kept)
    // Bob says that it lost something; staff close the recovery before he brought it back, and decide anew.
    expect(() => bob.sync()).toThrow(/center_recovering/)
    const session = await center.signIn(ADMIN)
    await session.post('recovery/confirm', {})
    await session.post('recovery/close', {})
    await decide('case/return', id)
    bob.sync()

    const staff = await chromium.page(center.console)
    await staff.signIn(ACCEPTOR)
    await staff.go(`/cases/${id}`)
    const note = staff.page.getByRole('region', { name: tell('note.opposed'), exact: true })
    const holds = (word: string) => tell('open.take_of', { value: tell(`open.decided.${word}`) })
    await note.getByRole('button', { name: holds('returned'), exact: true }).waitFor()
    expect([...(await staff.flaws()), ...(await staff.grave())]).toEqual([])
    await note.getByRole('button', { name: holds('accepted'), exact: true }).click()
    const dialog = staff.page.getByRole('dialog')
    const settle = dialog.getByRole('button', { name: tell('open.act'), exact: true })
    await expect.poll(() => settle.isDisabled()).toBe(true)
    await dialog.getByLabel(tell('open.reason'), { exact: true }).fill('照片当天已经补到')
    await settle.click()
    await note.waitFor({ state: 'detached' })
    const { row, settled } = await (await center.signIn(ACCEPTOR)).post('case/show', { id })
    expect([row.stage, settled.map(({ reason }) => reason)]).toEqual(['accepted', ['照片当天已经补到']])
    bob.sync()
    expect(staff.complaints()).toEqual([])
  })

  async function decide(route: 'case/accept' | 'case/return', id: string): Promise<void> {
    const session = await center.signIn(ACCEPTOR)
    for (const batch of await session.post('batch/list', { limit: 100 }))
      if (batch.cases > 0 && !batch.imported_at) await session.post('batch/import', { id: batch.id })
    const { row } = await session.post('case/show', { id })
    const about = { id, revision: row.revision ?? '' }
    if (route === 'case/accept') await session.post(route, about)
    else await session.post(route, { ...about, remarks: [], note: '缺一张照片' })
  }
})
