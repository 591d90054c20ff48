// The demo roster as a workbook, written by `bangban roster demo`, and who stands in it.
import { join } from 'node:path'
import { VILLAGE } from './center'
import { ask, program } from './programs'
import { cellsOf } from './workbook'

export interface Villager {
  household: string
  name: string
  id: string
  relation: string
  birth: string
  age: number
}
export interface Household {
  number: string
  members: Villager[]
}

/** Writes the roster and reads it again: a household an entry, the head first. */
export function demoRoster(folder: string, households = 300, people = 1000): { file: string; households: Household[] } {
  const file = join(folder, 'roster.xlsx')
  const size = ['--households', String(households), '--people', String(people)]
  ask(program('bangban'), ['roster', 'demo', file, '--seed', '7', '--village', VILLAGE, ...size])
  const [head = [], ...rows] = cellsOf(file)
  const at = (word: string) => head.findIndex((cell) => cell.includes(word))
  const [no, name, id, relation] = [at('户号'), at('姓名'), at('身份证'), at('关系')]
  const found = new Map<string, Household>()
  for (const row of rows) {
    const number = row[id] ?? ''
    const birth = number.slice(6, 14)
    const villager: Villager = {
      household: row[no] ?? '',
      name: row[name] ?? '',
      id: number,
      relation: row[relation] ?? '',
      birth,
      age: birth ? ageOf(birth) : 0,
    }
    const household = found.get(villager.household) ?? { number: villager.household, members: [] }
    household.members.push(villager)
    found.set(villager.household, household)
  }
  return { file, households: [...found.values()] }
}

function ageOf(birth: string): number {
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(new Date()).replaceAll('-', '')
  return Math.floor((Number(today) - Number(birth)) / 10_000)
}

/** Households with a head, a pensioner and a third grown person, all with numbers: someone for every case. */
export function fittingHouseholds(
  households: Household[],
): { number: string; head: Villager; elder: Villager; other: Villager; members: Villager[] }[] {
  return households.flatMap(({ number, members }) => {
    const [head, ...others] = members
    const elder = others.find(({ age }) => age >= 60)
    const other = others.find((one) => one !== elder && one.age >= 16)
    if (!head || !elder || !other || members.some(({ id }) => id.length !== 18)) return []
    return [{ number, head, elder, other, members }]
  })
}
