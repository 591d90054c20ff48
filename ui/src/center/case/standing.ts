// Why an act is not to be had on a case, and what can be had. The center decides; the words follow what it said.
import type { CaseView, Me } from '../../shared/bindings/console'

/** The key of the words that say why nothing can be done here, or who does it; null where she acts herself. */
export function reasonWhyNot(view: CaseView, me: Me): string | null {
  const { stage, imported } = view.row
  if (view.can.accept || view.can.confirm) return null
  if (stage === 'open' || stage === 'withdrawn' || stage === 'returned' || stage === 'confirmed' || stage === 'closed')
    return `why.${stage}`
  if (!imported) return me.can.accept ? 'why.import_first' : 'why.not_imported'
  if (view.can.return && view.invalid.length > 0) return 'why.invalid'
  if (stage === 'submitted') return 'why.acceptor_accepts'
  return me.can.confirm ? 'why.accepted_by_oneself' : 'why.confirmer_confirms'
}
