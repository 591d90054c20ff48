// Whom a search asks for, as it stands in its fields, and as desk takes it. Pure.
import type { Who } from '@/shared/bindings/desk'

export const WAYS = ['filter', 'due', 'hint', 'roll', 'pasted'] as const
export type Way = (typeof WAYS)[number]
export const SPANS = ['30', '60', '90', '365']
/** Nobody is older. */
const OLDEST = 150

export interface Asking {
  way: Way
  text: string
  village: string | null
  ageFrom: string
  ageTo: string
  sex: string | null
  category: string | null
  receives: string | null
  heads: boolean
  /** Of what is due, and of what people may be entitled to. */
  item: string | null
  span: string
  line: string | null
  pasted: string
}

export const blankAsking = (): Asking => ({
  way: 'filter',
  text: '',
  village: null,
  ageFrom: '',
  ageTo: '',
  sex: null,
  category: null,
  receives: null,
  heads: false,
  item: null,
  span: '30',
  line: null,
  pasted: '',
})

/** An age as typed, 岁 or not; null where nothing is, NaN where it is none. */
function ageOf(typed: string): number | null {
  const plain = typed.trim().replace(/\s*(?:周?岁)$/, '')
  if (plain === '') return null
  return /^\d{1,3}$/.test(plain) && Number(plain) <= OLDEST ? Number(plain) : Number.NaN
}

/** Whether both ages are ages, the first not above the second. */
export function isAgeGood({ ageFrom, ageTo }: Asking): boolean {
  const [from, to] = [ageOf(ageFrom), ageOf(ageTo)]
  return !Number.isNaN(from) && !Number.isNaN(to) && (from === null || to === null || from <= to)
}

/** What is looked for; null while that cannot be told yet. */
export function whoOf(asking: Asking): Who | null {
  const { way, text, village, ageFrom, ageTo, sex, category, receives, heads, item, span, line, pasted } = asking
  switch (way) {
    case 'filter':
      if (!isAgeGood(asking)) return null
      return {
        by: 'filter',
        text: text.trim(),
        village,
        age_from: ageOf(ageFrom),
        age_to: ageOf(ageTo),
        sex,
        category,
        receives,
        heads,
      }
    case 'due':
      return item === null ? null : { by: 'due', item, within_days: Number(span) }
    case 'hint':
      return item === null ? null : { by: 'hint', item }
    case 'roll':
      return line === null ? null : { by: 'roll', line }
    case 'pasted':
      return pasted.trim() === '' ? null : { by: 'pasted', text: pasted }
  }
}
