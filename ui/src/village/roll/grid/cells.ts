// 照纸质登记表录入: the columns, what a key does in a cell, and what a row tells the ledger. Pure.
import type { NeedKind, RollRow, Urgency, VisitNotes, VisitResult } from '@/shared/bindings/desk'
import { isDate, todayInShanghai } from '@/shared/words'
import { countOf, EMPTY_NOTES, NEED_KINDS, RESULTS, URGENCIES, withResult } from '../../visit/words'

/** In the order of the sheet of paper. */
export const COLUMNS = [
  'result',
  'leaflets',
  'consultations',
  'need',
  'need_kind',
  'need_urgency',
  'note',
] as const satisfies (keyof VisitNotes)[]
export type Column = (typeof COLUMNS)[number]
type Chosen = VisitResult | NeedKind | Urgency
/** What was typed in a row and is not recorded, over what is. The day and who came along join it once it is to be recorded. */
export type Typed = Partial<Pick<VisitNotes, Column | 'visited_on' | 'companions'>>
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
/** As `MOST_DAYS_LATER` in `desk`. */
const MOST_DAYS_LATER = 366
const DAY_MS = 86_400_000

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

/** What a key chooses in a column: `''` takes the choice away, null means nothing here. */
export function choiceOfKey(column: Column, key: string): Chosen | '' | null {
  if (!isChosen(column)) return null
  if (key === 'Delete' || key === 'Backspace') return ''
  return choicesOf(column).find((choice) => choice.key === key)?.value ?? null
}

/** What stands in a cell, as a text. */
export function textOf(notes: VisitNotes, typed: Typed | null, column: Column): string {
  return String((typed?.[column] === undefined ? notes[column] : typed[column]) || '')
}
/** A cell as it was typed. */
export function typedIn(column: Column, text: string): Typed {
  if (isCount(column)) return { [column]: countOf(text.normalize('NFKC')) }
  return { [column]: isChosen(column) ? text || null : text }
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
/** A day further back is a slip of the pen. */
export function isDayGood(day: string, today: string): boolean {
  return isDate(day) && day <= today && Date.parse(today) - Date.parse(day) <= MOST_DAYS_LATER * DAY_MS
}
/** What the head says of a row; the day on which it is begun here goes without saying. */
export function saidOf(row: RollRow, { day, companions }: Head, today: string): Typed {
  return { visited_on: day === begunOn(row, today) ? '' : day, companions: companions.trim() }
}

const plain = (value: unknown): unknown => (typeof value === 'string' ? value.trim() : value)
/** What was typed that differs from what is recorded; null where nothing does. */
export function differing(notes: VisitNotes | null, typed: Typed | null): Typed | null {
  const known = notes ?? EMPTY_NOTES
  const left = Object.entries(typed ?? {}).filter(([name, value]) => plain(value) !== known[name as keyof Typed])
  return left.length > 0 ? (Object.fromEntries(left) as Typed) : null
}
/** What was typed after a row was sent. */
export function typedSince(typed: Typed | null, sent: Typed): Typed | null {
  const left = Object.entries(typed ?? {}).filter(([name, value]) => value !== sent[name as keyof Typed])
  return left.length > 0 ? (Object.fromEntries(left) as Typed) : null
}

/** What the ledger is told of a row: everything that was noted of it, with what was typed; null without a result. */
export function notesOf(row: RollRow, typed: Typed): (VisitNotes & { result: VisitResult }) | null {
  const notes = { ...EMPTY_NOTES, ...row.notes, ...typed }
  const { result } = notes
  if (result === null) return null
  for (const name of ['need', 'note', 'companions'] as const) notes[name] = notes[name].trim()
  // Who lives alone is who was met.
  const [alone, ...others] = row.people
  if (result === 'met' && notes.met.length === 0 && alone && others.length === 0) notes.met = [alone.id]
  return { ...notes, ...withResult(result, notes.met), result }
}

/** Who came along on the newest visit of a round. */
export function newestCompanions(rows: RollRow[]): string {
  const at = (row: RollRow) => Date.parse(row.visited_at ?? '') || 0
  const visited = rows.filter(({ notes }) => notes !== null)
  return visited.sort((one, other) => at(other) - at(one))[0]?.notes?.companions ?? ''
}
