// Long work on a screen: how far it is, a way to stop it, what went wrong.
import { computed, onBeforeUnmount, ref, shallowRef } from 'vue'
import { Failure, type CallOptions, type Progress } from '@/shared/api'

const atWork = ref(0)
/** Whether long work is under way on any screen: the ledger does not lock itself over it. */
export const isAtWork = computed(() => atWork.value > 0)

export function useJob() {
  const running = ref(false)
  const progress = shallowRef<Progress>({ done: 0, total: 0 })
  const failure = shallowRef<Failure | null>(null)
  let stopper = new AbortController()

  /** Runs the work; null where it failed or was stopped (which is no failure). */
  async function run<T>(work: (options: CallOptions) => Promise<T>): Promise<T | null> {
    if (running.value) return null
    stopper = new AbortController()
    running.value = true
    atWork.value += 1
    progress.value = { done: 0, total: 0 }
    failure.value = null
    try {
      return await work({ onProgress: (next) => (progress.value = next), signal: stopper.signal })
    } catch (thrown) {
      failure.value = Failure.from(thrown)
      return null
    } finally {
      running.value = false
      atWork.value -= 1
    }
  }
  const cancel = () => stopper.abort()
  onBeforeUnmount(cancel)
  return { running, progress, failure, run, cancel }
}
