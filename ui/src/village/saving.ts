// Saves as she types: what changed is gathered for a moment, saved one after the other, and kept until it is saved.
import { computed, onBeforeUnmount, ref, shallowRef } from 'vue'
import { Failure } from '@/shared/api'

const GATHER_MS = 300

type Waiting = Pick<Saver<object>, 'flush' | 'unsaved' | 'failure'>
const savers = new Set<Waiting>()

/** Saves whatever waits on any screen: before the ledger is locked. What hindered that, where something could not be saved. */
export async function flushAll(): Promise<Failure | null> {
  await Promise.all([...savers].map((saver) => saver.flush()))
  const unsaved = [...savers].find((saver) => saver.unsaved.value !== null)
  return unsaved ? unsaved.failure.value : null
}

/** What waits on this screen is saved with everything else before the ledger is locked, and when she leaves the screen. */
export function joinSavers(saver: Waiting): void {
  const leave = () => void saver.flush()
  savers.add(saver)
  window.addEventListener('pagehide', leave)
  onBeforeUnmount(() => {
    savers.delete(saver)
    window.removeEventListener('pagehide', leave)
    leave()
  })
}

export interface Saver<P extends object> {
  /** Takes a change; saves it soon. */
  put: (change: P) => void
  /** Saves at once what waits; resolves when nothing waits or saving failed. */
  flush: () => Promise<void>
  /** Changes that the ledger does not have yet, for the screen to show over what it has. */
  unsaved: Readonly<{ value: P | null }>
  busy: Readonly<{ value: boolean }>
  failure: Readonly<{ value: Failure | null }>
}

/** `givesUp` says of a failure that saving the same again is no use: the change is dropped then. */
export function useSaver<P extends object>(
  save: (changes: P) => Promise<void>,
  givesUp: (failure: Failure) => boolean = () => false,
): Saver<P> {
  const waiting = shallowRef<P | null>(null)
  const going = shallowRef<P | null>(null)
  const failure = shallowRef<Failure | null>(null)
  const timer = ref(0)
  let present: Promise<void> | null = null

  function put(change: P): void {
    waiting.value = { ...waiting.value, ...change } as P
    // The first change sets the clock, later ones do not set it back: who types on without a pause is saved all the same.
    if (!timer.value) timer.value = window.setTimeout(() => void flush(), GATHER_MS)
  }

  async function saveWaiting(): Promise<void> {
    while (waiting.value) {
      const changes = waiting.value
      going.value = changes
      waiting.value = null
      try {
        await save(changes)
        failure.value = null
      } catch (thrown) {
        failure.value = Failure.from(thrown)
        if (!givesUp(failure.value)) waiting.value = { ...changes, ...waiting.value } as P
        return
      } finally {
        going.value = null
      }
    }
  }
  function flush(): Promise<void> {
    window.clearTimeout(timer.value)
    timer.value = 0
    present ??= saveWaiting().finally(() => (present = null))
    return present
  }

  const leave = () => void flush()
  const saver = {
    put,
    flush,
    unsaved: computed(() => (waiting.value || going.value ? ({ ...going.value, ...waiting.value } as P) : null)),
    busy: computed(() => waiting.value !== null || going.value !== null),
    failure,
  }
  joinSavers(saver)
  window.addEventListener('blur', leave)
  onBeforeUnmount(() => window.removeEventListener('blur', leave))
  return saver
}
