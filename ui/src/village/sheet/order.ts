// What is written, from what she chose on the screen. Pure.
import type { FillField, FormColumn, FormOrder, FormSheetView, SubjectId } from '@/shared/bindings/desk'

/** 填进人员 puts people into free rows, 核对名单 looks at the people who stand there. */
export type Part = 'fill' | 'check'

/** What a sheet can be used for. */
export function partsOf({ people }: FormSheetView): Part[] {
  return people > 0 ? ['check', 'fill'] : ['fill']
}

/** What it was most likely sent for. */
export function likelyPart({ people, free }: FormSheetView): Part {
  return people > free ? 'check' : 'fill'
}

/** A list without room for others is to come back annotated; a form goes back as it came. */
export function wantsNotes({ people, free }: FormSheetView): boolean {
  return people > 0 && free === 0
}

export function withField(columns: FormColumn[], at: number, field: FillField | null): FormColumn[] {
  return columns.map((column) => (column.at === at ? { ...column, field, remembered: false } : column))
}

/** The headings that stay as they are. */
export function leftOut(columns: FormColumn[]): string[] {
  return columns.filter(({ field }) => field === null).map(({ heading }) => heading)
}

/** Whether the columns tell who stands in a row. */
export function tellsWho(columns: FormColumn[]): boolean {
  return columns.some(({ field }) => field === 'name' || field === 'identity')
}

export interface Choice {
  sheet: string
  columns: FormColumn[]
  people: SubjectId[]
  complete: boolean
  annotate: boolean
}

export function orderOf(
  { sheet, columns, people, complete, annotate }: Choice,
  headings: [string, string, string],
  words: Record<string, string>,
): FormOrder {
  return {
    sheet,
    columns: columns.map(({ at, heading, field }) => ({ at, heading, field })),
    people,
    complete,
    annotate: annotate ? headings : null,
    words,
  }
}

/** The name of a workbook without its ending and what was said of it before. */
export function plainName(file: string, marks: string[]): string {
  const name = file.replace(/\.[^.]+$/, '')
  const mark = marks.find((one) => name.endsWith(one))
  return mark ? name.slice(0, -mark.length) : name
}
