// The rows of a repeat as a table: a column for every question that any row asks.
import { appearances, controlOf, type FormNode } from './node'
import { fieldsOf, type RepeatBlock } from './sections'

export interface TableColumn {
  /** The path below the row: `name`, `income/wage`. */
  key: string
  label: string
  required: boolean
}
export interface RowsTable {
  columns: TableColumn[]
  rows: { path: string; number: number; cells: Map<string, FormNode> }[]
}

/** What no cell has room for. */
const TOO_LARGE = new Set(['lines', 'rank', 'point', 'picture', 'drawing', 'file', 'moment', 'range'])

function holdsRows(blocks: RepeatBlock['rows'][number]['blocks']): boolean {
  return blocks.some((block) => block.kind === 'repeat' || (block.kind === 'group' && holdsRows(block.blocks)))
}

/** The table of a repeat; null where something in it fits in no cell. */
export function tableOf(block: RepeatBlock): RowsTable | null {
  if (block.rows.some((row) => holdsRows(row.blocks))) return null
  const columns: TableColumn[] = []
  const rows: RowsTable['rows'] = []
  for (const row of block.rows) {
    const cells = new Map<string, FormNode>()
    let before = -1
    for (const field of fieldsOf(row.blocks)) {
      if (field.kind === 'note') continue
      if (TOO_LARGE.has(controlOf(field))) return null
      const key = field.path.slice(row.path.length + 1)
      cells.set(key, field)
      const known = columns.findIndex((column) => column.key === key)
      // A question that only a later row asks stands behind the one that it follows there.
      if (known < 0) columns.splice(before + 1, 0, { key, label: field.label, required: field.required })
      before = known < 0 ? before + 1 : known
    }
    rows.push({ path: row.path, number: row.number, cells })
  }
  return { columns, rows }
}

/** Whether the workbook asks for a table. */
export function isTable(block: RepeatBlock): boolean {
  const asked = appearances({ appearance: block.appearance })
  return asked.has('grid') || asked.has('table-list') || asked.has('table')
}

/** The answers that fill a column with one row's value, in the rows below it that ask for it and can be answered. */
export function filledDown(table: RowsTable, from: number, key: string): Record<string, string> {
  const value = table.rows[from]?.cells.get(key)?.value ?? ''
  const below = table.rows.slice(from + 1).flatMap((row) => row.cells.get(key) ?? [])
  const open = below.filter((field) => !field.read_only && field.value !== value)
  return Object.fromEntries(open.map((field) => [field.path, value]))
}
