// What she chose to see of a register; kept while the window is open, so that coming back from a line loses nothing.
import { defineStore } from 'pinia'
import { reactive, ref } from 'vue'
import type { LineFilter } from '@/shared/bindings/desk'
import { isDate } from '@/shared/words'

/** A time that is asked for often, or her own. */
export type Span = 'all' | 'month' | 'year' | 'own'
export const SPANS: Span[] = ['all', 'month', 'year', 'own']

export interface LineChoice {
  text: string
  village: string | null
  span: Span
  from: string
  to: string
  open: boolean
}
const ALL: LineChoice = { text: '', village: null, span: 'all', from: '', to: '', open: false }

/** First and last day of a time, whole: what is planned for later this month is of this month too. `day` is today. */
export function daysOf(choice: Pick<LineChoice, 'span' | 'from' | 'to'>, day: string): Pick<LineFilter, 'from' | 'to'> {
  const [year = 0, month = 1] = day.split('-').map(Number)
  if (choice.span === 'all') return { from: null, to: null }
  if (choice.span === 'year') return { from: `${year}-01-01`, to: `${year}-12-31` }
  if (choice.span === 'own') {
    return { from: isDate(choice.from) ? choice.from : null, to: isDate(choice.to) ? choice.to : null }
  }
  const last = new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10)
  return { from: `${last.slice(0, 8)}01`, to: last }
}

/** The choice as the ledger is asked. */
export function filterOf({ text, village, open, ...days }: LineChoice, day: string): LineFilter {
  return { text: text.trim(), village, open, ...daysOf(days, day) }
}

export const useLineChoice = defineStore('line-choice', () => {
  const register = ref('')
  const filter = reactive<LineChoice>({ ...ALL })
  const clear = () => Object.assign(filter, ALL)
  /** Another register begins with all its lines. */
  function enter(code: string): void {
    if (code !== register.value) clear()
    register.value = code
  }
  return { filter, enter, clear }
})
