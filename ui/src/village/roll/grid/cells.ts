// 照纸质登记表录入: the columns, what a key does in a cell, and what a row tells the ledger. Pure.
import type { NeedKind, RollRow, Urgency, VisitNotes, VisitResult } from '@/shared/bindings/desk'
import { isDate, todayInShanghai, typedDate } from '@/shared/words'
import { countOf, EMPTY_NOTES, NEED_KINDS, RESULTS, URGENCIES, withMet, withResult } from '../../visit/words'

/** In the order of the sheet of paper. */
export const COLUMNS = [
  'result',
  'met',
  'leaflets',
  'consultations',
  'need',
  'need_kind',
  'need_urgency',
  'cannot_apply',
  'need_answer',
  'need_office',
  'need_due',
  'need_outcome',
  'follow_up',
  'companions',
  'note',
] as const satisfies (keyof VisitNotes)[]
export type Column = (typeof COLUMNS)[number]
type Chosen = VisitResult | NeedKind | Urgency
/** What was typed in a row and is not recorded, over what is. The day and who came along join it once it is to be recorded. */
export type Typed = Partial<Pick<VisitNotes, Column | 'visited_on'>>
/** What holds for every row that is recorded from now on. */
export interface Head {
  day: string
  companions: string
}
export interface Place {
  row: number
  column: number
}
/** Where the cursor stands in a text; none in what is chosen. */
export interface Caret {
  start: number
  end: number
  length: number
}

/** As much as is read. */
export const LONGEST_CELL = 2000
export const LONGEST_COMPANIONS = 200
/** As much of an answer, an outcome and what was asked again later, and of an office, as is read. */
export const LONGEST_ANSWER = 500
export const LONGEST_OFFICE = 200

const TEXTS = ['need', 'need_answer', 'need_office', 'need_outcome', 'follow_up', 'note', 'companions'] as const

/** The keys of the top row of the keyboard, in its order. */
const KEYS = '1234567890-'
const CHOICES: Partial<Record<Column, readonly Chosen[]>> = {
  result: RESULTS,
  need_kind: NEED_KINDS,
  need_urgency: URGENCIES,
}
/** What can be chosen in a column and by which key; none where something is typed. */
export function choicesOf(column: Column): { key: string; value: Chosen }[] {
  return (CHOICES[column] ?? []).map((value, at) => ({ key: KEYS[at] ?? '', value }))
}
export const isChosen = (column: Column): boolean => column in CHOICES
export const isCount = (column: Column): column is 'leaflets' | 'consultations' =>
  column === 'leaflets' || column === 'consultations'

/** Ticked, or not. */
export const isTick = (column: Column): column is 'cannot_apply' => column === 'cannot_apply'
/** What stands in a cell that is ticked. */
export const TICKED = 'true'
/** Whether a cell is ticked once a key was pressed in it; null means nothing here. */
export function tickedBy(key: string, ticked: boolean): boolean | null {
  if (key === '1' || key === ' ') return !ticked
  return key === 'Delete' || key === 'Backspace' ? false : null
}

/** What a key chooses in a column: `''` takes the choice away, null means nothing here. */
export function choiceOfKey(column: Column, key: string): Chosen | '' | null {
  if (!isChosen(column)) return null
  if (key === 'Delete' || key === 'Backspace') return ''
  return choicesOf(column).find((choice) => choice.key === key)?.value ?? null
}

/** What stands in a cell, as a text; of who was met, their ids. */
export function textOf(notes: VisitNotes, typed: Typed | null, column: Column): string {
  const value = typed?.[column] === undefined ? notes[column] : typed[column]
  return Array.isArray(value) ? value.join(' ') : String(value || '')
}
/** A cell as it was typed. Who was met is not typed. */
export function typedIn(column: Column, text: string): Typed {
  if (column === 'met') return {}
  if (isTick(column)) return { [column]: text === TICKED }
  if (isCount(column)) return { [column]: countOf(text.normalize('NFKC')) }
  return { [column]: isChosen(column) ? text || null : text }
}
/** A deadline that was typed: `20261220`, `12-20`, `12月20日`: without a year, the next such day. What is no day stays. */
export function dueOf(text: string, today: string): string {
  const plain = typedDate(text.normalize('NFKC'))
  const short = /^(\d{1,2})\D(\d{1,2})\D?$/.exec(plain)
  if (isDate(plain) || !short) return plain
  const inYear = (year: number) => [year, short[1], short[2]].map((part) => String(part).padStart(2, '0')).join('-')
  const year = Number(today.slice(0, 4))
  const due = [inYear(year), inYear(year + 1)].find((day) => isDate(day) && day >= today)
  return due ?? plain
}
/** 转代办: a need that is recorded and open can become a case; not while she types what came of it. */
export function canTurn({ row: { visit, notes }, typed }: { row: RollRow; typed: Typed | null }): boolean {
  if (visit === null || notes === null || notes.need.trim() === '') return false
  return (notes.need_outcome + (typed?.need_outcome ?? '')).trim() === ''
}
/** Whether a deadline can be recorded. */
export const isDueGood = (text: string, today: string): boolean => text.trim() === '' || isDate(dueOf(text, today))

/** Who can be met at a door, each with a key; who left is offered no more, but stays where she was ticked. */
export function membersOf({ row, typed }: { row: RollRow; typed: Typed | null }) {
  const met = metOf(row, typed)
  const offered = row.people.filter(({ id, gone }) => !gone || met.includes(id))
  return offered.map(({ id, name }, at) => ({ id, name, key: KEYS[at] ?? '', on: met.includes(id) }))
}
/** Who was met: nobody where nobody was. */
export function metOf({ notes }: RollRow, typed: Typed | null): string[] {
  const { met, result } = { ...EMPTY_NOTES, ...notes, ...typed }
  return result === null || result === 'met' ? met : []
}
/** A member ticked, or no more; whoever met somebody met somebody. */
export function withMember(row: RollRow, typed: Typed | null, id: string): Typed {
  const met = metOf(row, typed)
  const now = met.includes(id) ? met.filter((other) => other !== id) : [...met, id]
  const { result } = { ...EMPTY_NOTES, ...row.notes, ...typed }
  return now.length > 0 ? withMet(now, result) : { met: now }
}

/** A whole text that is marked is at both of its ends. */
function isAtEdge(key: string, { start, end, length }: Caret): boolean {
  if (key === 'ArrowLeft') return start === 0 && (end === 0 || end === length)
  return end === length && (start === length || start === 0)
}
/** Where a key leads; null where it stays in the text, or there is nothing further. Enter leads to the next row. */
export function moved({ row, column }: Place, key: string, caret: Caret | null, rows: number): Place | null {
  const sideways = key === 'ArrowLeft' || key === 'ArrowRight'
  if (sideways && caret && !isAtEdge(key, caret)) return null
  const to = {
    ArrowUp: { row: row - 1, column },
    ArrowDown: { row: row + 1, column },
    ArrowLeft: { row, column: column - 1 },
    ArrowRight: { row, column: column + 1 },
    Enter: { row: row + 1, column: 0 },
  }[key]
  return to && to.row >= 0 && to.row < rows && to.column >= 0 && to.column < COLUMNS.length ? to : null
}

/** Ctrl+D: which rows take which text. Of several that are marked the first gives it where it says something, else, and of a
 *  single one, the row above. What is empty is not copied. */
export function filledDown(texts: string[], from: number, to: number): { rows: number[]; text: string } | null {
  const source = from < to && texts[from] ? from : from - 1
  const text = texts[source]
  if (!text) return null
  const rows = Array.from({ length: to - source }, (_, at) => source + 1 + at)
  return { rows, text }
}

/** The day on which a visit was begun here, today where it was not. */
function begunOn({ visited_at }: RollRow, today: string): string {
  return visited_at ? todayInShanghai(new Date(visited_at)) : today
}
/** 补录: the day on which it took place, where it was begun here on a later one. As `visited_before` in `model`. */
export function lateDay(row: RollRow, today: string): string | null {
  const day = row.notes?.visited_on ?? ''
  return day !== '' && day < begunOn(row, today) ? day : null
}
/** The day on which the visit of a row took place. */
export function dayOf(row: RollRow, today: string): string {
  return row.notes?.visited_on || begunOn(row, today)
}
/** What the head says of a row; the day on which it is begun here goes without saying. */
export function saidOf(row: RollRow, { day, companions }: Head, today: string): Typed {
  return { visited_on: day === begunOn(row, today) ? '' : day, companions: companions.trim() }
}

const flat = (value: unknown): unknown => (Array.isArray(value) ? value.join(' ') : value)
const plain = (value: unknown): unknown => (typeof value === 'string' ? value.trim() : flat(value))
/** What was typed that differs from what is recorded; null where nothing does. */
export function differing(notes: VisitNotes | null, typed: Typed | null): Typed | null {
  const known = notes ?? EMPTY_NOTES
  const left = Object.entries(typed ?? {}).filter(([name, value]) => plain(value) !== plain(known[name as keyof Typed]))
  return left.length > 0 ? (Object.fromEntries(left) as Typed) : null
}
/** What was typed after a row was sent. */
export function typedSince(typed: Typed | null, sent: Typed): Typed | null {
  const left = Object.entries(typed ?? {}).filter(([name, value]) => flat(value) !== flat(sent[name as keyof Typed]))
  return left.length > 0 ? (Object.fromEntries(left) as Typed) : null
}

/** What the ledger is told of a row: everything that was noted of it, with what was typed; null without a result. */
export function notesOf(row: RollRow, typed: Typed, today: string): (VisitNotes & { result: VisitResult }) | null {
  const notes = { ...EMPTY_NOTES, ...row.notes, ...typed }
  const { result } = notes
  if (result === null) return null
  for (const name of TEXTS) notes[name] = notes[name].trim()
  notes.need_due = dueOf(notes.need_due, today)
  // Who lives alone is who was met.
  const [alone, ...others] = row.people.filter(({ gone }) => !gone)
  if (result === 'met' && notes.met.length === 0 && alone && others.length === 0) notes.met = [alone.id]
  return { ...notes, ...withResult(result, notes.met), result }
}

/** Who came along on the newest visit of a round. */
export function newestCompanions(rows: RollRow[]): string {
  const at = (row: RollRow) => Date.parse(row.visited_at ?? '') || 0
  const visited = rows.filter(({ notes }) => notes !== null)
  return visited.sort((one, other) => at(other) - at(one))[0]?.notes?.companions ?? ''
}
