// What a visit can say, in the order of the screen.
import type { NeedKind, Urgency, VisitNotes, VisitResult } from '@/shared/bindings/desk'
import { isDate } from '@/shared/words'

export const RESULTS: VisitResult[] = ['met', 'nobody', 'refused', 'away']
export const NEED_KINDS: NeedKind[] = [
  'living',
  'health',
  'care',
  'disability',
  'insurance',
  'work',
  'school',
  'housing',
  'dispute',
  'advice',
  'other',
]
export const URGENCIES: Urgency[] = ['usual', 'soon', 'urgent']

export const EMPTY_NOTES: VisitNotes = {
  result: null,
  met: [],
  companions: '',
  note: '',
  need: '',
  need_kind: null,
  need_urgency: null,
  need_answer: '',
  need_office: '',
  need_due: '',
  need_outcome: '',
  follow_up: '',
  cannot_apply: false,
  leaflets: 0,
  consultations: 0,
  visited_on: '',
}

/** Whom she met says how it ended, and the other way round: nobody was met where nobody was at home. */
export function withMet(met: string[], result: VisitResult | null): Pick<VisitNotes, 'met' | 'result'> {
  return { met, result: met.length > 0 ? 'met' : result === 'met' ? null : result }
}
export function withResult(result: VisitResult | null, met: string[]): Pick<VisitNotes, 'met' | 'result'> {
  return { met: result === 'met' ? met : [], result }
}

/** A count as it was typed: whole, not below nothing. */
export function countOf(typed: string, most = 10_000): number {
  const count = Number.parseInt(typed, 10)
  return Number.isFinite(count) ? Math.min(Math.max(count, 0), most) : 0
}

/** As `MOST_DAYS_LATER` in `desk`. */
const MOST_DAYS_LATER = 366
const DAY_MS = 86_400_000
/** A day further back is a slip of the pen. */
export function isDayGood(day: string, today: string): boolean {
  return isDate(day) && day <= today && Date.parse(today) - Date.parse(day) <= MOST_DAYS_LATER * DAY_MS
}

/** A time that is asked for often. */
export type Period = 'month' | 'last_month' | 'year'

/** Its first and last day; `day` is today. The present ones end today. */
export function periodOf(period: Period, day: string): { from: string; to: string } {
  const [year = 0, month = 1] = day.split('-').map(Number)
  const plain = (at: Date): string => at.toISOString().slice(0, 10)
  if (period === 'year') return { from: `${year}-01-01`, to: day }
  if (period === 'month') return { from: `${day.slice(0, 8)}01`, to: day }
  return { from: plain(new Date(Date.UTC(year, month - 2, 1))), to: plain(new Date(Date.UTC(year, month - 1, 0))) }
}
