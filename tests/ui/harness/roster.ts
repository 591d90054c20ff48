// The demo roster as a workbook, written by `bangban roster demo`, and who stands in it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { VILLAGE } from './center'
import { ask, program } from './programs'

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

// ── A workbook's first sheet, as plain text. ──────────────────────────────────────────────────────────────────────────

function cellsOf(file: string): string[][] {
  const parts = unzip(readFileSync(file))
  const texts = (xml: string) => [...xml.matchAll(/<t[^>]*>([^<]*)<\/t>/g)].map(([, text]) => text ?? '').join('')
  const shared = [...(parts.get('xl/sharedStrings.xml') ?? '').matchAll(/<si>(.*?)<\/si>/gs)].map(([, xml]) =>
    texts(xml ?? ''),
  )
  const sheet = parts.get('xl/worksheets/sheet1.xml') ?? ''
  return [...sheet.matchAll(/<row [^>]*>(.*?)<\/row>/gs)].map(([, row]) => {
    const cells: string[] = []
    for (const [, column, attributes, inner] of (row ?? '').matchAll(
      /<c r="([A-Z]+)\d+"([^>]*?)(?:\/>|>(.*?)<\/c>)/gs,
    )) {
      const value = /<v>([^<]*)<\/v>/.exec(inner ?? '')?.[1] ?? ''
      cells[(column ?? 'A').charCodeAt(0) - 65] = attributes?.includes('t="s"')
        ? (shared[Number(value)] ?? '')
        : value || texts(inner ?? '')
    }
    return Array.from(cells, (cell) => cell ?? '')
  })
}

/** The parts of a zip by name, from its central directory. */
function unzip(bytes: Buffer): Map<string, string> {
  const parts = new Map<string, string>()
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  let at = bytes.readUInt32LE(end + 16)
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [packed, nameLength, extraLength, noteLength] = [20, 28, 30, 32].map((offset) =>
      offset === 20 ? bytes.readUInt32LE(at + offset) : bytes.readUInt16LE(at + offset),
    ) as [number, number, number, number]
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength)
    const local = bytes.readUInt32LE(at + 42)
    const begin = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const body = bytes.subarray(begin, begin + packed)
    parts.set(name, (bytes.readUInt16LE(at + 10) === 0 ? body : inflateRawSync(body)).toString('utf8'))
    at += 46 + nameLength + extraLength + noteLength
  }
  return parts
}
