// What is chosen for one pensioner by a key or a press, what is still wanting, and what is told the ledger. Pure.
import type { CertMethod, CertResult, CertRow, Seen } from '@/shared/bindings/desk'
import { isDate } from '@/shared/words'

/** How it went: a way of certification, or that there was none. */
export type Way = CertMethod | 'face_alone' | 'unreachable' | 'abnormal'
/** What the pension office's system says. */
export type Outcome = Exclude<CertResult, 'unreachable' | 'abnormal'>
export type MetBy = 'agent' | 'village' | 'office' | 'township'

/** In the order of their keys, from 1. */
export const WAYS: Way[] = ['visit', 'face', 'window', 'comparison', 'unreachable', 'abnormal', 'face_alone']
export const OUTCOME_KEYS: Record<string, Outcome> = { p: 'passed', d: 'pending', x: 'not_passed' }
export const OUTCOMES = Object.entries(OUTCOME_KEYS).map(([key, value]) => ({ key: key.toUpperCase(), value }))
export const MET_BY: MetBy[] = ['agent', 'village', 'office', 'township']
/** Of an exception and of a name: as much as is read. */
export const LONGEST_TEXT = 500
export const LONGEST_NAME = 50
const MET: ReadonlySet<Way> = new Set(['visit', 'face', 'window'])
const RECEIPT = /^[0-9A-Za-z-]{4,40}$/

/** What is chosen for one person and not recorded yet. */
export interface Choice {
  way: Way | null
  outcome: Outcome | null
  /** What happened, where it did not end well. */
  exception: string
  /** 回执号; null while nobody asked for its field. */
  receipt: string | null
}
/** What holds for everyone of this round: the day, who met them, and which texts everyone is read and agrees to. */
export interface Round {
  day: string
  by: MetBy
  name: string
  /** The version of the text; '' while she has not said that everyone is told. */
  consent: string
  /** The same for sensitive data, apart. */
  sensitive: string
}
/** What has to be said before it can be recorded, in the order in which it is asked for. */
export type Wanting = 'way' | 'outcome' | 'exception' | 'receipt' | 'day' | 'name' | 'consent' | 'sensitive'

export const NOTHING: Choice = { way: null, outcome: null, exception: '', receipt: null }

/** Nobody goes there again: what is to be corrected is corrected on the case's own page. */
export function isLocked(row: CertRow): boolean {
  return row.written?.locked === true
}

function isWay(way: Way | null): way is CertMethod | 'face_alone' {
  return way !== null && way !== 'unreachable' && way !== 'abnormal'
}
function isMet(way: Way | null): boolean {
  return way !== null && MET.has(way)
}
/** The pension office's result is asked for a way of certification only. */
export function asksOutcome({ way }: Choice): boolean {
  return way === null || isWay(way)
}
export function asksException({ way, outcome }: Choice): boolean {
  return way !== null && (!isWay(way) || outcome === 'not_passed')
}
/** A receipt is there only where something was handed in. */
export function mayHaveReceipt({ way, outcome }: Choice): boolean {
  return isWay(way) && (outcome === 'passed' || outcome === 'pending')
}

export function chooseWay(choice: Choice, way: Way): Choice {
  return { ...choice, way, outcome: isWay(way) ? choice.outcome : null }
}
export function chooseOutcome(choice: Choice, outcome: Outcome): Choice {
  return asksOutcome(choice) ? { ...choice, outcome } : choice
}
/** Where a key leads: the same choice where it means nothing here. */
export function pressed(choice: Choice, key: string): Choice {
  const way = /^[1-9]$/.test(key) ? WAYS[Number(key) - 1] : undefined
  if (way) return chooseWay(choice, way)
  const outcome = OUTCOME_KEYS[key]
  if (outcome) return chooseOutcome(choice, outcome)
  if (key === 'r' && mayHaveReceipt(choice)) return { ...choice, receipt: choice.receipt ?? '' }
  return choice
}
/** The keys that may choose something. */
export const CHOOSING = [...WAYS.map((_, at) => String(at + 1)), ...Object.keys(OUTCOME_KEYS), 'r']

export function isDayGood(day: string, today: string): boolean {
  return isDate(day) && day <= today
}
/** The first thing that hinders recording; null where it can be recorded. */
export function wantingOf(choice: Choice, round: Round, today: string): Wanting | null {
  if (choice.way === null) return 'way'
  if (asksOutcome(choice) && choice.outcome === null) return 'outcome'
  if (asksException(choice) && choice.exception.trim() === '') return 'exception'
  const receipt = choice.receipt?.trim() ?? ''
  if (mayHaveReceipt(choice) && receipt !== '' && !RECEIPT.test(receipt)) return 'receipt'
  if (!isDayGood(round.day, today)) return 'day'
  if (isMet(choice.way) && round.name.trim() === '') return 'name'
  // Who was not reached, or may be dead, agreed to nothing.
  if (isWay(choice.way) && round.consent === '') return 'consent'
  if (isWay(choice.way) && round.sensitive === '') return 'sensitive'
  return null
}

/** What the ledger is told of one person; null where something is wanting. */
export function seenOf(choice: Choice, round: Round, today: string): Seen | null {
  const { way, outcome } = choice
  if (way === null || wantingOf(choice, round, today) !== null) return null
  const result: CertResult | null = isWay(way) ? outcome : way
  if (result === null) return null
  const met = isMet(way)
  return {
    method: way === 'face_alone' ? 'face' : isWay(way) ? way : null,
    result,
    met,
    met_by: met ? round.by : '',
    met_by_name: met ? round.name.trim() : '',
    day: round.day,
    receipt: mayHaveReceipt(choice) ? (choice.receipt?.trim() ?? '') : '',
    exception: asksException(choice) ? choice.exception.trim() : '',
    paper_seen: way === 'visit',
    consent_text: isWay(way) ? round.consent : '',
    consent_sensitive_text: isWay(way) ? round.sensitive : '',
  }
}

/** Who is to be done after this person: the next one below, else the first above; the same one where nobody is left. */
export function nextOpen(rows: CertRow[], person: string | null): string | null {
  const at = rows.findIndex((row) => row.person.id === person)
  const after = [...rows.slice(at + 1), ...rows.slice(0, at + 1)]
  return after.find((row) => !isLocked(row))?.person.id ?? person ?? rows[0]?.person.id ?? null
}
/** The row above or below; the same at either end. */
export function stepTo(rows: CertRow[], person: string | null, step: 1 | -1): string | null {
  const at = rows.findIndex((row) => row.person.id === person)
  const next = Math.min(Math.max(0, at + step), rows.length - 1)
  return rows[next]?.person.id ?? null
}
