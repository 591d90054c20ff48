// What a list of many rows is made of.
export interface Column {
  key: string
  label: string
  /** A CSS grid width: `8rem`, `minmax(0, 2fr)`. */
  width?: string
  align?: 'right'
  sortable?: boolean
  /** The first click on the heading puts the greatest on top. */
  descendingFirst?: boolean
}
export interface Order {
  by: string
  descending: boolean
}
export interface Page<Row> {
  total: number
  rows: Row[]
}

/** So many rows are drawn above and below what is in sight. */
export const OVERSCAN = 8
/** What is in sight, and the row that holds the focus, so that it never vanishes under the keyboard. */
export function rowsToDraw(
  range: { startIndex: number; endIndex: number; overscan: number; count: number },
  held: number,
) {
  const first = Math.max(0, range.startIndex - range.overscan)
  const last = Math.min(range.count - 1, range.endIndex + range.overscan)
  const rows = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at)
  if (held >= 0 && held < first) rows.unshift(held)
  else if (held > last && held < range.count) rows.push(held)
  return rows
}
