// How much is handed over, in words: on the page, in the record and on paper alike.
import type { HandoverView, Signer } from '@/shared/bindings/desk'

type Say = (key: string, named: Record<string, unknown>, plural: number) => string

export interface Work {
  /** Cases that are not over. */
  cases: number
  drafts: number
  /** Due within a year. */
  due: number
  /** Of these. */
  overdue: number
}

export function countsOf({ cases, drafts, due, overdue }: Work, t: Say): string[] {
  return [
    t('handover.cases', { n: cases }, cases),
    t('handover.drafts', { n: drafts }, drafts),
    t('handover.due', { n: due, overdue }, due),
  ]
}

/** Who signed. */
export function nameOf(view: HandoverView, signer: Signer): string {
  if (signer === 'witness') return view.witness
  return view.line[signer]
}
