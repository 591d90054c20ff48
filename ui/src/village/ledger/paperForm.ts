// 帮办代办服务台账: the columns of the paper form in its order, and the words for what stands in them.
import type { ExportColumn, ExportKey } from '@/shared/bindings/desk'
import { useWords } from '@/shared/i18n'
import { CATEGORIES } from '../people/categories'
import { PLACES } from '../sheetHead'

export const FORM_COLUMNS: ExportKey[] = [
  'number',
  'opened_at',
  'name',
  'sex',
  'age',
  'id_masked',
  'phone_masked',
  'home',
  'categories',
  'item',
  'mode',
  'channel',
  'papers',
  'delivered',
  'promised_by',
  'decided_at',
  'result',
  'handed_out',
  'rating',
  'agent',
  'remark',
]

const WORDS = [
  'comma',
  'semicolon',
  'papers.have',
  'papers.lack',
  'township',
  'due.noted',
  'due.statutory',
  'due.unconfirmed',
  'due.provisional',
  'handed_out.signed',
  'handed_out.unsigned',
  'rating',
  'late',
  'green',
  'green_because',
  'outside',
  'campaign',
  'accepted',
]

export function usePaperForm() {
  const { t } = useWords()
  const columns = (): ExportColumn[] => FORM_COLUMNS.map((key) => ({ key, heading: t(`ledger.form.column.${key}`) }))
  const words = (): Record<string, string> =>
    Object.fromEntries([
      ...WORDS.map((key) => [key, t(`ledger.form.word.${key}`, PLACES)]),
      ...CATEGORIES.map((one) => [`category.${one}`, t(`person_category.${one}`)]),
      ...['granted', 'refused'].map((one) => [`outcome.${one}`, t(`outcome.${one}`)]),
    ])
  return { columns, words }
}
