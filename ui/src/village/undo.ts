// What was just done and can be taken back: one at a time, said at the foot of the window until she goes elsewhere.
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { Failure } from '@/shared/api'
import { useOffice } from './office'

interface Done {
  /** What was done, in words. */
  words: string
  /** Takes it back. */
  back: () => Promise<void>
}

export const useUndo = defineStore('undo', () => {
  const done = shallowRef<Done | null>(null)
  const busy = ref(false)
  /** It was taken back just now. */
  const isBack = ref(false)
  const failure = shallowRef<Failure | null>(null)

  function offer(words: string, back: () => Promise<void>): void {
    drop()
    done.value = { words, back }
  }
  function drop(): void {
    done.value = null
    failure.value = null
    isBack.value = false
  }
  async function takeBack(): Promise<void> {
    const one = done.value
    if (!one || busy.value || isBack.value) return
    busy.value = true
    failure.value = null
    try {
      await one.back()
      // Who did it may show something else by now, or nothing: whatever is on the screen is read again.
      useOffice().changes += 1
      // Something else may have been done meanwhile.
      if (done.value === one) isBack.value = true
    } catch (thrown) {
      failure.value = Failure.from(thrown)
    } finally {
      busy.value = false
    }
  }
  return { done, busy, isBack, failure, offer, drop, takeBack }
})
