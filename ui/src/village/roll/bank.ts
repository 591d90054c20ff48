// The columns of 银行上门名单, on paper and in the workbook alike.
import type { BankVisitRow } from '@/shared/bindings/desk'

export const BANK_COLUMNS = [
  'no',
  'name',
  'sex',
  'age',
  'id_number',
  'phone',
  'address',
  'reason',
  'bank',
  'agreed_time',
  'contact',
  'outcome',
  'staff_sign',
  'holder_sign',
  'remark',
] as const
export type BankColumn = (typeof BANK_COLUMNS)[number]

/** What stands in a column; those that the pen fills in stay empty. */
export function bankCell(row: BankVisitRow, at: number, column: BankColumn): string {
  if (column === 'no') return String(at + 1)
  if (column === 'age') return row.age === null ? '' : String(row.age)
  return column in row ? String(row[column as keyof BankVisitRow] ?? '') : ''
}
