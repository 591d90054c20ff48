// The rows of a list that was checked, by how their people stand. Pure.
import type { ListRow, ListStanding, ListView } from '@/shared/bindings/desk'
import { STANDINGS } from './words'

/** Which rows are shown. */
export type Shown = 'all' | ListStanding | 'certified'

/** What can be asked for, with how many there are: what is to be looked at first before the rest. */
export function shownChoices({ counts, certified }: ListView): { value: Shown; count: number }[] {
  const all = Object.values(counts).reduce((sum, n) => sum + n, 0)
  return [
    { value: 'all' as const, count: all },
    ...STANDINGS.map((value) => ({ value, count: counts[value] ?? 0 })),
    { value: 'certified' as const, count: certified },
  ].filter(({ value, count }) => value === 'all' || count > 0)
}

export function rowsShown({ rows }: ListView, shown: Shown): ListRow[] {
  if (shown === 'all') return rows
  return rows.filter(({ standing, certified_on }) =>
    shown === 'certified' ? certified_on !== null : standing === shown,
  )
}

/** How much it asks for: somebody has to look at it, it is good to know, or nothing. */
export function weightOf(standing: ListStanding): 'look' | 'note' | 'fine' {
  return standing === 'ours' ? 'fine' : standing === 'away' ? 'note' : 'look'
}
