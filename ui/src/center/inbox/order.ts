// The inbox's order: what nobody imported yet first, the newest on top in both halves.
import type { BatchLine } from '../../shared/bindings/console'

/** Whether a batch still asks for somebody: it holds cases and nobody imported it. */
export function isWaiting(batch: BatchLine): boolean {
  return batch.imported_at === null && batch.cases > 0
}

export function inOrder(batches: BatchLine[]): BatchLine[] {
  return [...batches].sort((one, other) => {
    const half = Number(isWaiting(other)) - Number(isWaiting(one))
    return half === 0 ? Date.parse(other.received_at) - Date.parse(one.received_at) : half
  })
}
