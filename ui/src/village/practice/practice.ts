// The way into the practice village and out of it again. What was typed is saved and the ledger locked on the way in.
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { call, Failure } from '@/shared/api'
import { useOffice } from '../office'

export const usePractice = defineStore('practice', () => {
  const office = useOffice()
  /** She is asked before she goes there, or leaves. */
  const asksToGo = ref(false)
  const asksToLeave = ref(false)
  const isMaking = ref(false)
  const failure = shallowRef<Failure | null>(null)

  async function go(): Promise<void> {
    if (isMaking.value) return
    asksToGo.value = false
    failure.value = null
    isMaking.value = true
    try {
      if (office.isOpen) await office.signOut()
      // What could not be saved is asked about there; from the door she can come here all the same.
      if (!office.isOpen) office.take(await call('practise', {}))
    } catch (thrown) {
      failure.value = Failure.from(thrown)
      await office.open()
    } finally {
      isMaking.value = false
    }
  }
  /** Nothing of it is kept, so that nothing unsaved hinders it. */
  async function leave(): Promise<void> {
    asksToLeave.value = false
    await office.signOut('anyway')
  }
  return { asksToGo, asksToLeave, isMaking, failure, go, leave }
})
