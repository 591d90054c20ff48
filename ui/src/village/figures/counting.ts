// What the figures say: shares, corrections of a closed month, and the brief.
import type { Counts, Figures } from '@/shared/bindings/desk'

export type Counter = keyof Counts
/** The five of the trade. */
export const MAIN = ['events', 'households', 'cases', 'leaflets', 'served'] as const satisfies Counter[]
export const OTHERS = [
  'visits',
  'sessions',
  'consultations',
  'care',
  'trainings',
  'trained',
  'thanks',
  'form_help',
  'late',
] as const satisfies Counter[]
/** What is shown as shares. */
const PARTS = ['proactive', 'decided', 'granted', 'timed', 'on_time', 'trips'] as const satisfies Counter[]
/** All of them, in the order of the screen. */
export const COUNTERS: Counter[] = [...MAIN, ...OTHERS, ...PARTS]

/** A share in words; a dash where there is nothing of which it could be one. Never rounded up to all. */
export function shareText(part: number, whole: number): string {
  if (whole <= 0) return '—'
  const tenths = Math.round((1000 * part) / whole)
  return `${(part < whole ? Math.min(tenths, 999) : tenths) / 10}%`
}

/** The counters that hold: of a closed month what was counted then. */
export function holding(figures: Figures): Counts {
  const sum = { ...figures.counts }
  for (const now of figures.corrected) {
    const then = figures.closed.find(({ village }) => village === now.village)
    if (!then) continue
    for (const counter of COUNTERS) sum[counter] += then.counts[counter] - now.counts[counter]
  }
  return sum
}
/** The same of one village. */
export function holdingOf(figures: Figures, village: string, now: Counts): Counts {
  return figures.closed.find((closed) => closed.village === village)?.counts ?? now
}

export interface Correction {
  counter: Counter
  closed: number
  now: number
  difference: number
}
/** What differs from what was counted when the month was closed. */
export function corrections(closed: Counts, now: Counts): Correction[] {
  const rows = COUNTERS.map((counter) => ({
    counter,
    closed: closed[counter],
    now: now[counter],
    difference: now[counter] - closed[counter],
  }))
  return rows.filter(({ difference }) => difference !== 0)
}

/** `+2`, `−1`. */
export function signed(n: number): string {
  return n > 0 ? `+${n}` : `−${-n}`
}

export function isNothing(figures: Figures): boolean {
  return COUNTERS.every((counter) => figures.counts[counter] === 0) && figures.closed.length === 0
}

type Words = (key: string, named: Record<string, unknown>, plural?: number) => string
/** So many items are named. */
const MOST_ITEMS = 5
const count = (t: Words, key: string, n: number, more: Record<string, unknown> = {}) =>
  n > 0 ? [t(`brief.${key}`, { n, ...more }, n)] : []

/** The brief as text: numbers alone, nobody's name; what is nothing is not said. */
export function briefOf(figures: Figures, where: { from: string; to: string; village: string }, t: Words): string {
  const counts = holding(figures)
  const { cases, proactive, decided, granted, timed, on_time, trips } = counts
  const done = [
    ...count(t, 'events', counts.events),
    ...count(t, 'households', counts.households),
    ...(proactive > 0 && cases > 0
      ? [t('brief.cases_proactive', { n: cases, proactive }, cases)]
      : count(t, 'cases', cases)),
    ...count(t, 'leaflets', counts.leaflets),
    ...count(t, 'consultations', counts.consultations),
    ...count(t, 'served', counts.served),
  ]
  const also = [
    ...count(t, 'sessions', counts.sessions),
    ...count(t, 'trainings', counts.trainings, { people: counts.trained }),
    ...count(t, 'care', counts.care),
    ...count(t, 'form_help', counts.form_help),
    ...count(t, 'thanks', counts.thanks),
  ]
  const items = cases > 0 ? figures.items.filter((item) => item.cases > 0).slice(0, MOST_ITEMS) : []
  const closed = figures.closed.length > 0
  const sentences = [
    done.length > 0 ? t('brief.done', { ...where, done: done.join(t('brief.comma', {})) }) : t('brief.nothing', where),
    also.length > 0 ? t('brief.also', { also: also.join(t('brief.comma', {})) }) : '',
    items.length > 0
      ? t('brief.items', {
          items: items.map(({ name, cases: n }) => t('brief.item', { name, n }, n)).join(t('list.comma', {})),
        })
      : '',
    decided > 0 ? t('brief.decided', { n: decided, granted }, decided) : '',
    timed > 0 ? t('brief.on_time', { share: shareText(on_time, timed), n: on_time, timed }) : '',
    trips > 0 ? t('brief.trips', { n: trips }, trips) : '',
    closed ? t('brief.closed', {}) : '',
  ]
  return sentences.filter(Boolean).join(t('brief.space', {}))
}
