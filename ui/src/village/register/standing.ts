// Where a line and a register stand.
import type { LineRow, RegisterCard, Standing } from '@/shared/bindings/desk'

/** In the words that cases have. */
export function standingOf(row: LineRow): Standing {
  if (!row.is_recorded) return 'draft'
  return row.pending ? 'pending' : 'received'
}

/** Why nothing new can be written into a register, as the key of its words; none where it can. */
export function closedFor(register: RegisterCard | null): 'register.frozen' | 'register.closed' | null {
  if (!register || register.is_open) return null
  return register.frozen ? 'register.frozen' : 'register.closed'
}
