// What a sheet asks for and how its people stand, in the order of the screen; and the words that are written into it.
import type { Differing, FillField, ListStanding } from '@/shared/bindings/desk'
import { CATEGORIES } from '../people/categories'

type Translate = (key: string, facts: Record<string, string>) => string

/** So that the compiler says when one is missing. */
const keys = <K extends string>(all: Record<K, true>) => Object.keys(all) as K[]

/** What a column may ask for, in the order in which it is offered. */
export const FIELDS = keys<FillField>({
  number: true,
  name: true,
  identity: true,
  sex: true,
  birth: true,
  age: true,
  phone: true,
  address: true,
  village: true,
  group: true,
  household_no: true,
  relation: true,
  head_name: true,
  head_identity: true,
  household_size: true,
  categories: true,
  causes: true,
  labour: true,
  income: true,
  year_income: true,
  housing: true,
  disability_category: true,
  disability_level: true,
  receives: true,
  certified: true,
  certified_on: true,
  filled_by: true,
  filled_on: true,
})
/** What is to be looked at first before the rest. */
export const STANDINGS = keys<ListStanding>({
  differs: true,
  dead: true,
  several: true,
  unknown: true,
  moved: true,
  away: true,
  ours: true,
})
export const DIFFERINGS = keys<Differing>({
  name: true,
  identity: true,
  identity_wrong: true,
  identity_rounded: true,
  phone: true,
})
const DISABILITY_CATEGORIES = ['1', '2', '3', '4', '5', '6', '7']
const DISABILITY_LEVELS = ['1', '2', '3', '4']

/** The words that are written into the sheet, by the keys that the order names. */
export function wordsOfSheet(t: Translate): Record<string, string> {
  // A place for a day stays a place.
  const of = (name: string, key: string): [string, string] => [name, t(key, { day: '{day}' })]
  return Object.fromEntries([
    ...STANDINGS.map((one) => of(`standing.${one}`, `sheet.standing.${one}`)),
    ...DIFFERINGS.map((one) => of(`differing.${one}`, `sheet.differing.${one}`)),
    of('certified.yes', 'sheet.certified.yes'),
    of('certified.no', 'sheet.certified.no'),
    of('away_since', 'sheet.away_since'),
    of('moved_since', 'sheet.moved_since'),
    of('why.several', 'sheet.why.several'),
    of('why.dead', 'sheet.why.dead'),
    ...CATEGORIES.map((one) => of(`category.${one}`, `person_category.${one}`)),
    ...DISABILITY_CATEGORIES.map((one) => of(`disability.category.${one}`, `disability.category.${one}`)),
    ...DISABILITY_LEVELS.map((one) => of(`disability.level.${one}`, `disability.level.${one}`)),
  ])
}

/** The headings of the columns that are added. */
export function annotationHeadings(t: (key: string) => string): [string, string, string] {
  return [t('sheet.note.standing'), t('sheet.note.certified'), t('sheet.note.why')]
}
