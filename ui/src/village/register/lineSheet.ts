// The paper forms that lines of a register fill in: 活动记录, 材料交接单, 出件登记, 好差评整改单.
import { call, chooseFile, type CallOptions } from '@/shared/api'
import type { Exported, LineFilter, LineSheet } from '@/shared/bindings/desk'
import { useWords } from '@/shared/i18n'
import { PLACES, useSheetHead } from '../sheetHead'

/** How many columns each has. */
export const SHEET_COLUMNS: Record<LineSheet, number> = { event: 11, handed_on: 7, handed_out: 12, put_right: 7 }

const WORDS = [
  'comma',
  'colon',
  'late',
  'signed',
  'signed_on_paper',
  'paper',
  'paper_kind.original',
  'paper_kind.copy',
  'partner',
  'copies',
  'cases.counted',
  'cases.more',
  'rated',
  'put_right_by',
]

export function useLineSheets() {
  const { t, today } = useWords()
  const headOf = useSheetHead()

  /** Asks for a file and writes the lines that fill in a form: one, or those that fit the filter. */
  async function write(
    form: LineSheet,
    filter: LineFilter,
    line: string | null,
    options: CallOptions,
  ): Promise<Exported | null> {
    const title = t(`line_sheet.${form}.title`)
    const file = await chooseFile({
      what: 'ledger',
      save: true,
      name: t('line.file_name', { name: title, day: today() }),
    })
    if (!file) return null
    const headings = Array.from({ length: SHEET_COLUMNS[form] }, (_, at) => t(`line_sheet.${form}.column.${at + 1}`))
    const words = Object.fromEntries(WORDS.map((key) => [key, t(`line_sheet.word.${key}`, PLACES)]))
    const what = { form, filter, line, headings, words, head: headOf(title, filter.village), sheet: title }
    return call('export_line_sheet', { file: file.token, what }, options)
  }
  return { write }
}
