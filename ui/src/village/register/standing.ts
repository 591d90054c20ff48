// Where a line and a register stand.
import type { LineColumn, LineRow, RegisterCard, Standing } from '@/shared/bindings/desk'

/** The question that holds the day of a line, where its register names no other. */
const DAY = 'day'

/** In the words that cases have. */
export function standingOf(row: LineRow): Standing {
  if (!row.is_recorded) return 'draft'
  return row.pending ? 'pending' : 'received'
}

/** What stands in the columns. Of a line that the township alone reads its day is known, if it has one, and that it is sealed:
 *  `words` say so in the first column that is not its day. Written before its register was sealed, it stands as it is. */
export function cellsOf(row: LineRow, columns: LineColumn[], isSealed: boolean, words: string): string[] {
  if (!isSealed || !row.is_recorded || row.title !== '') return row.cells
  const at = columns.findIndex(({ name }) => name !== DAY)
  return columns.map(({ name }, index) => (index === at ? words : name === DAY ? (row.day ?? '') : ''))
}

/** Why nothing new can be written into a register, as the key of its words; none where it can. */
export function closedFor(register: RegisterCard | null): 'register.frozen' | 'register.closed' | null {
  if (!register || register.is_open) return null
  return register.frozen ? 'register.frozen' : 'register.closed'
}
