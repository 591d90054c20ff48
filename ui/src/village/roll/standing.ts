// How it stands with each on a roll: the order, the digits and the words of it, and who comes next. Pure.
import type { RollRow, RollState, RollView } from '@/shared/bindings/desk'

export type Of = RollView['of']
/** What is said of one on a roll. */
export interface Mark {
  state: RollState
  note: string
}

/** What of a mark differs from how the row stands; null where nothing does. A household's visit says how it stands itself. */
export function alteredOf(
  row: RollRow | undefined,
  { state, note }: Mark,
): { state: RollState | null; note: string | null } | null {
  if (!row) return { state, note }
  const altered = {
    state: row.result !== null || row.state === state ? null : state,
    note: row.note === note.trim() ? null : note,
  }
  return altered.state === null && altered.note === null ? null : altered
}

export const STATES: RollState[] = [
  'waiting',
  'told',
  'arrived',
  'done',
  'absent',
  'away',
  'refused',
  'unfit',
  'maybe_dead',
]
/** As `LONGEST_NOTE_CHARS` in `model`. */
export const LONGEST_NOTE = 200
/** As `MOST_ON_A_ROLL` in `model`. */
export const MOST_ON_A_ROLL = 3000

/** The key that says it, in the order in which keys and choices are shown. */
export const DIGITS: [digit: string, state: RollState][] = [
  ['1', 'arrived'],
  ['2', 'told'],
  ['3', 'done'],
  ['4', 'absent'],
  ['5', 'away'],
  ['6', 'refused'],
  ['7', 'unfit'],
  ['8', 'maybe_dead'],
  ['0', 'waiting'],
]
export const stateOfDigit = (digit: string): RollState | null => DIGITS.find(([key]) => key === digit)?.[1] ?? null

/** What a visit says of a household has words of its own. */
const OF_HOUSEHOLDS = new Set<RollState>(['done', 'absent', 'refused'])
/** The key of a state's word. */
export function wordOf(of: Of, state: RollState): string {
  return of === 'households' && OF_HOUSEHOLDS.has(state) ? `roll.house.${state}` : `roll.state.${state}`
}

/** As `is_settled` in `model`: nobody has to go there, or ask her, again. */
export function isSettled(state: RollState): boolean {
  return !['waiting', 'told', 'arrived', 'absent'].includes(state)
}

/** Whether a household is walked: what its visit says, and two were there where two are wanted. */
export function isWalked({ state, lacks_second }: RollRow): boolean {
  return isSettled(state) && !lacks_second
}

/** How far a roll is: a round by what is settled, people by whom something was said of beyond the invitation. */
export function doneOf(of: Of, rows: RollRow[]): number {
  const isDone = (row: RollRow) => (of === 'households' ? isWalked(row) : !['waiting', 'told'].includes(row.state))
  return rows.filter(isDone).length
}

/** How many there are of each state, in the order of the screen. */
export function countsOf(rows: RollRow[]): { state: RollState; n: number }[] {
  const counts = STATES.map((state) => ({ state, n: rows.filter((row) => row.state === state).length }))
  return counts.filter(({ n }) => n > 0)
}

/** The household to go to: the first at which nobody was yet, those where nobody was at home once there is no other.
 *  From `present` on, and from the top again; never `present` itself. */
export function nextOf(rows: RollRow[], present: string | null = null): RollRow | null {
  const at = rows.findIndex(({ id }) => id === present)
  const onward = [...rows.slice(at + 1), ...rows.slice(0, Math.max(at, 0))]
  const open = onward.filter((row) => !isWalked(row))
  return open.find((row) => row.state !== 'absent' && !row.lacks_second) ?? open[0] ?? null
}

/** Those whose name, address or 户号 holds every word. */
export function holding(rows: RollRow[], text: string): RollRow[] {
  const words = text.split(/\s+/).filter(Boolean)
  return rows.filter((row) =>
    words.every((word) => [row.name, row.address, row.household_no].some((part) => part.includes(word))),
  )
}

/** What to write where a part of it changed. Of a household with a result the visits say how it stands, not the mark. */
export function marked(row: RollRow, change: Partial<Mark>): Mark {
  return { state: row.result === null ? row.state : 'waiting', note: row.note, ...change }
}
