// What stands above and below the table of a workbook that goes to an office: its title, who fills it in, the page.
import type { SheetHead } from '@/shared/bindings/desk'
import { useWords } from '@/shared/i18n'
import { useOffice } from './office'

/** As wide as a name, so that what is not known can be written in by hand. */
const FREE = '　　　　'
const BETWEEN = '　　'

/** What a word has in its places stays there: the program fills it in row by row. */
export const PLACES = Object.fromEntries(
  ['papers', 'day', 'note', 'name', 'rating', 'reason', 'no', 'n', 'title', 'unit', 'page', 'pages'].map((place) => [
    place,
    `{${place}}`,
  ]),
)

export function useSheetHead() {
  const { t, today } = useWords()
  const office = useOffice()

  /** `village` is the one whose lines are written; the only one of the laptop where none is chosen. */
  return function headOf(title: string, village: string | null = null): SheetHead {
    const villages = office.state?.villages ?? []
    const of = villages.find(({ code }) => code === village) ?? (villages.length === 1 ? villages[0] : undefined)
    const facts = [
      t('line.paper.unit', { name: of?.name ?? FREE }),
      t('line.paper.agent', { name: office.state?.agent?.name ?? FREE }),
      t('line.paper.checked') + FREE,
      t('line.paper.phone') + FREE,
      t('line.paper.day', { day: today() }),
    ]
    return { title, facts: facts.join(BETWEEN), foot: t('line.paper.foot', PLACES) }
  }
}
