// Somebody was faster: the dialog in which a value was chosen goes with what is settled by then, so the page tells.
import { shallowRef } from 'vue'
import { Failure } from '../failure'

export function useOvertaken() {
  const overtaken = shallowRef<Failure | null>(null)
  /** Settles; that it came too late stays on the page until it was read. */
  async function settled<T>(settling: Promise<T>): Promise<T> {
    overtaken.value = null
    try {
      return await settling
    } catch (thrown) {
      const failure = Failure.from(thrown)
      if (failure.code === 'conflict_moved') overtaken.value = failure
      throw failure
    }
  }
  return { overtaken, settled }
}
