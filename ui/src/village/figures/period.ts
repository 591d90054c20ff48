// Of which time and village the figures are; kept while the window is open, so that coming back loses nothing.
import { defineStore } from 'pinia'
import { reactive } from 'vue'
import { isDate } from '@/shared/words'
import { periodOf } from '../visit/words'

/** A time that is asked for often, or her own. */
export type FiguresPeriod = 'month' | 'last_month' | 'quarter' | 'year' | 'own'
export const FIGURES_PERIODS: FiguresPeriod[] = ['month', 'last_month', 'quarter', 'year', 'own']

export interface FiguresChoice {
  period: FiguresPeriod
  from: string
  to: string
  village: string | null
  /** One event of that time; its figures alone. */
  event: string | null
}

/** Its first and last day; `day` is today. The present ones end today. Nothing where her own is not a time. */
export function spanOf(
  choice: Pick<FiguresChoice, 'period' | 'from' | 'to'>,
  day: string,
): { from: string; to: string } | null {
  if (choice.period === 'own') {
    const { from, to } = choice
    return isDate(from) && isDate(to) && from <= to ? { from, to } : null
  }
  if (choice.period !== 'quarter') return periodOf(choice.period, day)
  const [year = 0, month = 1] = day.split('-').map(Number)
  const first = month - ((month - 1) % 3)
  return { from: `${year}-${String(first).padStart(2, '0')}-01`, to: day }
}

/** Every day or first day of a month of a time, as the desk counts: by month where it is longer than 62 days. */
export function stepsOf(from: string, to: string): string[] {
  const [first, last] = [Date.parse(from), Date.parse(to)]
  const byMonth = (last - first) / 86_400_000 > 62
  const steps: string[] = []
  const at = new Date(first)
  if (byMonth) at.setUTCDate(1)
  while (at.getTime() <= last) {
    steps.push(at.toISOString().slice(0, 10))
    if (byMonth) at.setUTCMonth(at.getUTCMonth() + 1)
    else at.setUTCDate(at.getUTCDate() + 1)
  }
  return steps
}

const USUAL: FiguresChoice = { period: 'month', from: '', to: '', village: null, event: null }

export const useFiguresChoice = defineStore('figures-choice', () => {
  const choice = reactive<FiguresChoice>({ ...USUAL })
  return { choice, clear: () => Object.assign(choice, USUAL) }
})
