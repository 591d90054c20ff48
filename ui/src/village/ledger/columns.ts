// The columns of 台账: what each is called, how wide, whether it sorts, and what it is in a workbook.
import type { CaseColumn, ExportKey } from '@/shared/bindings/desk'

export interface LedgerColumn {
  key: string
  width: string
  sort?: CaseColumn
  /** What a workbook shows for it. */
  exports: ExportKey[]
  /** Shown until she chooses otherwise. */
  usual?: boolean
  /** Shown only where there is room. */
  roomy?: boolean
}

export const COLUMNS: LedgerColumn[] = [
  { key: 'opened_at', width: '6rem', sort: 'opened_at', exports: ['opened_at'], usual: true },
  {
    key: 'person',
    width: 'minmax(7rem, 3fr)',
    sort: 'person',
    exports: ['name', 'sex', 'age', 'id_masked'],
    usual: true,
  },
  { key: 'item', width: 'minmax(5rem, 2fr)', sort: 'item', exports: ['item'], usual: true },
  { key: 'standing', width: 'minmax(12rem, 1.5fr)', sort: 'standing', exports: ['standing'], usual: true },
  { key: 'photos', width: '3.5rem', exports: ['photos'], usual: true, roomy: true },
  { key: 'due', width: '7.5rem', sort: 'due', exports: ['due'], usual: true },
  { key: 'village', width: 'minmax(5rem, 1fr)', exports: ['village'] },
  { key: 'address', width: 'minmax(6rem, 2fr)', exports: ['address'] },
  { key: 'phone', width: '8rem', exports: ['phone_masked'] },
  { key: 'mode', width: '6rem', exports: ['mode'] },
  { key: 'channel', width: 'minmax(6rem, 1fr)', exports: ['channel'] },
  { key: 'outside_no', width: 'minmax(8rem, 1fr)', exports: ['outside_no'] },
  { key: 'submitted_at', width: '6.5rem', exports: ['submitted_at'] },
  { key: 'received_at', width: '6.5rem', exports: ['received_at'] },
  { key: 'accepted_at', width: '6.5rem', exports: ['accepted_at'] },
  { key: 'decided_at', width: '6.5rem', exports: ['decided_at'] },
]

export const USUAL = COLUMNS.filter((column) => column.usual).map((column) => column.key)

/** The columns of a workbook: a number in front, then what is shown, in order. */
export function exportKeys(shown: string[]): ExportKey[] {
  return ['number', ...COLUMNS.filter((column) => shown.includes(column.key)).flatMap((column) => column.exports)]
}
