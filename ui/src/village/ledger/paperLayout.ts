// 台账 on A4 across: which columns stand alone and which share one, a line each, and how wide each is.
import type { ExportKey } from '@/shared/bindings/desk'

export interface PaperColumn {
  /** In millimetres; what has none shares what is left. */
  width: number | null
  /** One under the other. */
  keys: ExportKey[]
}

/** All 21 of the form, the long ones alone: in 273 mm they would be 13 mm each, which nobody reads. */
export const FORM_LAYOUT: PaperColumn[] = [
  { width: 9, keys: ['number'] },
  { width: 19, keys: ['opened_at'] },
  { width: 20, keys: ['name', 'sex', 'age'] },
  { width: 30, keys: ['id_masked', 'phone_masked'] },
  { width: 26, keys: ['home', 'categories'] },
  { width: 22, keys: ['item', 'mode', 'channel'] },
  { width: null, keys: ['papers'] },
  { width: 22, keys: ['delivered'] },
  { width: 22, keys: ['promised_by', 'decided_at'] },
  { width: 24, keys: ['result', 'handed_out'] },
  { width: 18, keys: ['rating', 'agent'] },
  { width: 24, keys: ['remark'] },
]

/** Her own columns: one each, the number as narrow as it is. */
export function ownLayout(keys: ExportKey[]): PaperColumn[] {
  return keys.map((key) => ({ width: key === 'number' ? 10 : key === 'id_masked' ? 33 : null, keys: [key] }))
}
