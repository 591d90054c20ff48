// What a comparison with the official list tells, in the order of the screen and of its workbook.
import type { OfficialStatus, ReconcileKind, ReconcileWhy } from '@/shared/bindings/desk'

export const KINDS: ReconcileKind[] = ['only_ours', 'only_theirs', 'differing', 'not_yet', 'agree']
const STATUSES: OfficialStatus[] = ['certified', 'not_certified']
const WHYS: ReconcileWhy[] = ['list_says_not', 'not_listed', 'days_differ', 'result_differs', 'outside_time']
export const COLUMNS = [
  'number',
  'kind',
  'name',
  'identity',
  'village',
  'our_day',
  'our_method',
  'our_result',
  'status',
  'their_day',
  'remark',
]

/** The words of the workbook by their keys. */
export function wordsOfCompare(t: (key: string, facts: Record<string, string>) => string): Record<string, string> {
  const of = (group: string, all: string[]) =>
    all.map((one) => [`${group}.${one}`, t(`compare.${group}.${one}`, { n: '{n}' })])
  return Object.fromEntries([
    ...of('kind', KINDS),
    ...of('status', STATUSES),
    ...of('why', WHYS),
    ['receipt', t('compare.receipt', { number: '{number}' })],
  ])
}
