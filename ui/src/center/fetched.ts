// What a screen shows of the center: fetched when it opens, brought up to date when something changed there.
import { onMounted, shallowRef, type ShallowRef } from 'vue'
import { Failure } from '../shared/failure'
import { isPassing } from './ask'
import { useLive } from './session'

export interface Fetched<T> {
  data: ShallowRef<T | null>
  failure: ShallowRef<Failure | null>
  reload: (quiet?: boolean) => Promise<void>
}

export function useFetched<T>(fetch: (quiet: boolean) => Promise<T>): Fetched<T> {
  const data = shallowRef<T | null>(null)
  const failure = shallowRef<Failure | null>(null)
  /** An answer to an earlier question is not heeded. */
  let turn = 0

  async function reload(quiet = false): Promise<void> {
    const mine = (turn += 1)
    try {
      const found = await fetch(quiet)
      if (mine !== turn) return
      data.value = found
      failure.value = null
    } catch (thrown) {
      if (mine === turn && (!data.value || !isPassing(thrown))) failure.value = Failure.from(thrown)
    }
  }
  onMounted(() => void reload())
  useLive(() => reload(true))
  return { data, failure, reload }
}
