// A township and a village in the middle of their work: cases in every standing, on both sides. Nobody of it exists.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ACCEPTOR, ADMIN, Center, CONFIRMER, type Session } from './center'
import { cardVisit, livingAllowance, pensionHelp, WANTING } from './forms'
import { Laptop } from './laptop'
import { demoRoster, fittingHouseholds, type Villager } from './roster'

export interface Demo {
  center: Center
  laptop: Laptop
  /** Ids of what is shown. */
  person: string
  household: string
  visit: string
  batch: string
  cases: Record<
    'draft' | 'pending' | 'returned' | 'review' | 'second' | 'accepted' | 'confirmed' | 'assisted' | 'invalid',
    string
  >
}
type Papers = (head: Villager, members: Villager[]) => Promise<string[]>

const photograph = (name: string) => fileURLToPath(new URL(`../../../data/pictures/${name}`, import.meta.url))
/** Real photographs in place of papers. */
const photographs: Papers = () =>
  Promise.resolve([
    `id_card=${photograph('coffee.jpg')}`,
    `household_book=${photograph('chelsea.jpg')}`,
    `authorisation=${photograph('rocket.jpg')}`,
  ])

/** Makes it by the real programs' command lines; the center serves when this returns. */
export async function makeDemo(folder: string, papers: Papers = photographs): Promise<Demo> {
  const center = await Center.open(folder)
  const roster = demoRoster(folder)
  const houses = fittingHouseholds(roster.households).sort((a, b) => a.members.length - b.members.length)
  const laptop = Laptop.enrolled(folder, center, roster.file)
  const staff = await center.signIn(ACCEPTOR)
  const second = await center.signIn(CONFIRMER)
  const house = (at: number) => {
    const found = houses[at]
    if (!found) throw new Error(`no household ${at}`)
    return found
  }
  const visits = [
    '老人腿脚不便，盼望社保卡能上门办理',
    '想申请低保，家里缺劳动力；儿子在外务工',
    '房屋漏雨，已告知危房改造的申请办法',
    '一切都好，核对了家庭成员',
  ].map((note, at) =>
    laptop.ask<{ id: string; household: string }>(['visit', 'start', '--household', house(at).number, '--note', note]),
  )
  const allowance = async (at: number, submit = true) =>
    laptop.openCase({
      item: 'DIBAO',
      person: house(at).head.id,
      visit: visits[at]?.id,
      answers: livingAllowance(house(at).head, house(at).members),
      photos: await papers(house(at).head, house(at).members),
      submit,
    })
  const pension = (at: number, submit = true) =>
    laptop.openCase({
      item: 'PENSION_CERT',
      person: house(at).elder.id,
      visit: visits[at]?.id,
      answers: pensionHelp(laptop.agent),
      submit,
    })
  const card = (at: number, submit = true) =>
    laptop.openCase({ item: 'SSC', person: house(at).other.id, answers: cardVisit(), submit })

  /** Answers that its form refuses, from a program that did not look. */
  const invalidCase = async () => {
    const before = await staff.post('batch/list', { limit: 100 })
    const id = laptop.openCase({ item: 'SSC', person: house(9).other.id, answers: cardVisit(), submit: true })
    laptop.situation('blank', id, '/data/card/bank')
    laptop.sync()
    const known = new Set(before.map((batch) => batch.id))
    for (const batch of await staff.post('batch/list', { limit: 100 }))
      if (!known.has(batch.id)) await staff.post('batch/import', { id: batch.id })
    return id
  }
  const confirmed = await allowance(0)
  const certified = pension(0)
  const returned = await allowance(1)
  const accepted = await allowance(2)
  const alsoAccepted = card(1)
  const again = await allowance(3)
  const review = await allowance(4)
  const assisted = pension(2)
  card(3)
  laptop.sync()
  await importAll(staff)
  await returnIt(staff, accepted, [[WANTING, '请写明面积和建成年份']], '')
  await returnIt(
    staff,
    again,
    [
      [WANTING, '请写明面积和建成年份'],
      ['/data/hardship/medical_cost', '请按票据合计填写'],
    ],
    '材料齐全，补正后一并上报',
  )
  laptop.sync()
  laptop.correct(accepted, { [WANTING]: '自建平房 86 平方米，1998 年建' })
  laptop.correct(again, {
    [WANTING]: '自建砖木平房 72 平方米，1996 年建，宅基地使用证齐全',
    '/data/hardship/medical_cost': '8350',
  })
  laptop.sync()
  await importAll(staff)
  await returnIt(
    staff,
    returned,
    [
      [WANTING, '请写明面积和建成年份'],
      ['material/id_card', '身份证照片看不清，请重拍'],
    ],
    '其余材料齐全',
  )
  for (const id of [confirmed, certified, accepted, alsoAccepted])
    await staff.post('case/accept', { id, revision: await newest(staff, id) })
  await confirm(second, confirmed, null)
  await confirm(second, certified, inDays(12))
  card(4)
  laptop.sync()
  await allowance(5)
  laptop.sync()
  const invalid = await invalidCase()
  const draft = laptop.openCase({
    item: 'DIBAO',
    person: house(6).head.id,
    answers: begun(livingAllowance(house(6).head, house(6).members)),
    photos: (await papers(house(6).head, house(6).members)).slice(0, 1),
  })
  pension(7, false)
  const pending = await allowance(8)
  card(8)
  await revokedLaptop(folder, center)

  const batch = (await staff.post('batch/list', { limit: 50 })).find((one) => one.cases > 0 && !one.imported_at)
  const found = laptop.ask<{ people: { id: string; household: string }[] }>(['person', 'find', house(0).head.id])
    .people[0]
  return {
    center,
    laptop,
    person: found?.id ?? '',
    household: visits[0]?.household ?? '',
    visit: visits[0]?.id ?? '',
    batch: batch?.id ?? '',
    cases: { draft, pending, returned, review, second: again, accepted, confirmed, assisted, invalid },
  }
}

/** So much of a form as was filled in before the telephone rang. */
function begun(answers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(answers).filter(([path]) => !/^\/data\/(hardship|supporters|promise)/.test(path)),
  )
}

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

async function importAll(staff: Session): Promise<void> {
  for (const batch of await staff.post('batch/list', { limit: 100 })) {
    if (batch.cases > 0 && !batch.imported_at) await staff.post('batch/import', { id: batch.id })
  }
}

const newest = async (staff: Session, id: string) => (await staff.post('case/show', { id })).row.revision ?? ''

async function returnIt(staff: Session, id: string, remarks: [string, string][], note: string): Promise<void> {
  const revision = await newest(staff, id)
  await staff.post('case/return', { id, revision, remarks: remarks.map(([path, text]) => ({ path, text })), note })
}

async function confirm(staff: Session, id: string, due: string | null): Promise<void> {
  await staff.post('case/confirm', { id, revision: await newest(staff, id), outcome: 'granted', due, note: '' })
}

/** A laptop that went out of use. */
async function revokedLaptop(folder: string, center: Center): Promise<void> {
  const place = join(folder, 'other')
  mkdirSync(place)
  const other = new Laptop(place, '吴小芳')
  other.ask(['init', '--agent', other.agent, '--derivation-ms', '1'])
  other.ask(['enrol', center.code()])
  other.sync()
  const admin = await center.signIn(ADMIN)
  const laptop = (await admin.post('laptop/list', {})).find(({ agents }) => agents.includes(other.agent))
  if (laptop) await admin.post('laptop/revoke', { id: laptop.id })
}
