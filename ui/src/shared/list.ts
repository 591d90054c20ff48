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
