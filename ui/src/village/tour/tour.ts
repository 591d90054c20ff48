// Whether the tour is under way. It begins by itself once, and again when she asks for it.
import { defineStore } from 'pinia'
import { ref } from 'vue'
import { call } from '@/shared/api'

export const useTour = defineStore('tour', () => {
  const isOn = ref(false)

  async function beginOnce(): Promise<void> {
    // Unknown is as good as seen: she can ask for it.
    const preferences = await call('preferences', {}).catch(() => null)
    if (preferences?.toured === false) isOn.value = true
  }
  /** The ledger was locked meanwhile: where she has not seen it all it begins anew the next time. */
  const stop = () => void (isOn.value = false)
  async function end(): Promise<void> {
    if (!isOn.value) return
    stop()
    try {
      const preferences = await call('preferences', {})
      if (!preferences.toured) await call('set_preferences', { preferences: { ...preferences, toured: true } })
    } catch {
      // It could not be kept: the next start shows it again, and nothing else comes of it.
    }
  }
  return { isOn, begin: () => (isOn.value = true), beginOnce, stop, end }
})
