// A recovery code as somebody types it while it is read to her: seven groups of five digits, each with a digit that checks it.
// The same rules as in `crates/keys/src/recovery.rs`.
import { foldDigits } from './pin'

export const GROUPS = 7
export const GROUP_DIGITS = 5
const CODE_DIGITS = GROUPS * GROUP_DIGITS

/** Damm's table: it finds every wrong digit and every exchange of two neighbours. */
const DAMM = [
  [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
  [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
  [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
  [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
  [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
  [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
  [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
  [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
  [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
  [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
]

/** What stands in the seven fields, and in which of them the cursor goes on. */
export interface Typed {
  groups: string[]
  at: number
}

export function emptyCode(): string[] {
  return Array.from({ length: GROUPS }, () => '')
}

/** The check covers the group's place too: groups that changed places do not fit any more. */
function checkDigit(group: number, digits: number[]): number {
  return [group, ...digits].reduce((interim, digit) => DAMM[interim]?.[digit] ?? 0, 0)
}

/** Whether all five digits stand there and the last one says so of the others. `group` counts from 0. */
export function groupFits(group: number, text: string): boolean {
  if (!/^\d{5}$/.test(text)) return false
  const digits = [...text].map(Number)
  return checkDigit(group, digits.slice(0, -1)) === digits[GROUP_DIGITS - 1]
}

/** Groups that are complete and do not fit: to be heard again. */
export function misheardGroups(groups: string[]): number[] {
  return groups.flatMap((text, group) => (text.length === GROUP_DIGITS && !groupFits(group, text) ? [group] : []))
}

export function isWhole(groups: string[]): boolean {
  return groups.length === GROUPS && groups.every((text, group) => groupFits(group, text))
}

function digitsOf(text: string): string {
  return foldDigits(text).replace(/\D/g, '')
}

/** Text typed into a field: what stands in it now, a sixth digit going on in the next field where that is empty. After a
 * complete group that fits the cursor moves on by itself; at one that does not it stays, to be heard again. */
export function typeInto(groups: string[], at: number, text: string): Typed {
  const digits = digitsOf(text)
  if (digits.length === CODE_DIGITS) return paste(groups, at, digits)
  const next = [...groups]
  next[at] = digits.slice(0, GROUP_DIGITS)
  const rest = digits.slice(GROUP_DIGITS, 2 * GROUP_DIGITS)
  if (rest !== '' && next[at + 1] === '') {
    next[at + 1] = rest
    return { groups: next, at: at + 1 }
  }
  const grew = digits.length > (groups[at] ?? '').length
  return { groups: next, at: grew && groupFits(at, next[at]) && at + 1 < GROUPS ? at + 1 : at }
}

/** Text pasted into a field: a whole code fills all of them, a part of one goes on from there. */
export function paste(groups: string[], at: number, text: string): Typed {
  const digits = digitsOf(text)
  const from = digits.length >= CODE_DIGITS ? 0 : at
  const next = [...groups]
  let last = at
  for (let group = from, taken = 0; group < GROUPS && taken < digits.length; group++, taken += GROUP_DIGITS) {
    next[group] = digits.slice(taken, taken + GROUP_DIGITS)
    last = group
  }
  const complete = (next[last] ?? '').length === GROUP_DIGITS
  return { groups: next, at: complete && groupFits(last, next[last] ?? '') && last + 1 < GROUPS ? last + 1 : last }
}
