// A card as JSON, read and changed by cells as the check names them: `materials[2].id`, rows from 1. Pure: a change is a new
// card, and what is not touched stays as it came.
export type Card = Record<string, unknown>
type Step = string | number

function stepsOf(cell: string): Step[] {
  return cell.split('.').flatMap((part) => {
    const [name = '', ...rows] = part.split(/[[\]]+/).filter((piece) => piece !== '')
    return [name, ...rows.map((row) => Number(row) - 1)]
  })
}

function inside(value: unknown, step: Step): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return (value as Record<Step, unknown>)[step]
}

export function valueAt(card: Card, cell: string): unknown {
  return stepsOf(cell).reduce<unknown>(inside, card)
}
export function textAt(card: Card, cell: string): string {
  const value = valueAt(card, cell)
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
export function listAt(card: Card, cell: string): string[] {
  const value = valueAt(card, cell)
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}
export function rowsAt(card: Card, cell: string): Card[] {
  const value = valueAt(card, cell)
  return Array.isArray(value) ? (value as Card[]) : []
}

/** Whether a value says nothing, so that its key is left out. */
function isNothing(value: unknown): boolean {
  if (value === '' || value === false || value === undefined || value === null) return true
  if (Array.isArray(value)) return value.length === 0
  return typeof value === 'object' && Object.keys(value).length === 0
}

function put(holder: unknown, steps: Step[], value: unknown): unknown {
  const [step, ...rest] = steps
  if (step === undefined) return value
  const inner = rest.length === 0 ? value : put(inside(holder, step), rest, value)
  if (typeof step === 'number') {
    const rows = Array.isArray(holder) ? [...(holder as unknown[])] : []
    rows[step] = inner ?? {}
    return rows
  }
  const table = { ...(holder as Card | undefined) }
  if (isNothing(inner)) delete table[step]
  else table[step] = inner
  return table
}

/** The card with another value there; an empty one takes the key away, and a table that holds nothing any more goes too. */
export function withValue(card: Card, cell: string, value: unknown): Card {
  return put(card, stepsOf(cell), value) as Card
}

export function withRow(card: Card, list: string, row: Card): Card {
  return withValue(card, list, [...rowsAt(card, list), row])
}
export function withoutRow(card: Card, list: string, at: number): Card {
  return withValue(
    card,
    list,
    rowsAt(card, list).filter((_, index) => index !== at),
  )
}
/** The card with a row one place up or down. */
export function withRowMoved(card: Card, list: string, at: number, by: 1 | -1): Card {
  const rows = [...rowsAt(card, list)]
  const [row, other] = [rows[at], rows[at + by]]
  if (!row || !other) return card
  rows[at] = other
  rows[at + by] = row
  return withValue(card, list, rows)
}

/** The card as it is sent: half a condition is none, and a register of which nothing is said is none. */
export function told(card: Card): Card {
  const counts = rowsAt(card, 'register.counts')
  const isHalf = (row: Card) => 'when' in row && textAt(row, 'when.question') === ''
  const whole = counts.map((row) => (isHalf(row) ? withValue(row, 'when', undefined) : row))
  const plain = counts.some(isHalf) ? withValue(card, 'register.counts', whole) : card
  // Its rows keep their numbers for the findings while anything else of it is said.
  const says = Object.entries(inside(plain, 'register') ?? {}).some(([key, value]) =>
    key === 'counts' ? !whole.every(isNothing) : !isNothing(value),
  )
  return says || !('register' in plain) ? plain : withValue(plain, 'register', undefined)
}

/** A number where digits were typed; anything else stays text, for the check to speak of. */
export function numberOf(typed: string): number | string {
  const plain = typed.trim()
  return /^\d{1,9}$/.test(plain) ? Number(plain) : plain
}

/** Cells that hold this one, itself first: where a finding is shown that has no field of its own. */
export function holdersOf(cell: string): string[] {
  const cells = [cell]
  let rest = cell
  while (/[.[]/.test(rest)) {
    rest = rest.replace(/(?:\.[^.[\]]*|\[[^\]]*\])$/, '')
    cells.push(rest)
    if (cells.length > 8) break
  }
  return cells
}

/** The keys of a card that differ, for a person to see what she is about to publish. */
export function changedKeys(before: Card, after: Card): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
}
