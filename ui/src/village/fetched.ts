// What a screen shows: fetched when it opens, again when the ledger changed, and never an older answer over a newer one.
import { onMounted, shallowRef } from 'vue'
import { Failure } from '@/shared/api'
import { onLedgerChange } from './office'

export function useFetched<T>(fetch: () => Promise<T>) {
  const data = shallowRef<T | null>(null)
  const failure = shallowRef<Failure | null>(null)
  let asked = 0
  let shown = 0

  async function reload(): Promise<void> {
    const turn = ++asked
    try {
      const answer = await fetch()
      if (turn !== asked) return
      data.value = answer
      failure.value = null
    } catch (thrown) {
      if (turn === asked) failure.value = Failure.from(thrown)
    }
  }
  /** Shows an answer that another command brought; one that is still on its way is too old then. */
  function show(answer: T): void {
    asked += 1
    data.value = answer
    failure.value = null
  }
  /**
   * Does what answers with this screen, and shows its answer. Where another answer came in the meantime this one may be the
   * older: what is so is asked for then.
   */
  async function showDone(work: () => Promise<T>): Promise<void> {
    const before = shown
    const answer = await work()
    if (shown === before) show(answer)
    else await reload()
    shown += 1
  }
  onMounted(reload)
  onLedgerChange(reload)
  return { data, failure, reload, show, showDone }
}
