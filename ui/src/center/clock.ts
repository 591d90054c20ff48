// The present, for words that follow it: moves so often.
import { onBeforeUnmount, ref, type Ref } from 'vue'

export function useClock(everyMs: number): Ref<number> {
  const now = ref(Date.now())
  const timer = window.setInterval(() => (now.value = Date.now()), everyMs)
  onBeforeUnmount(() => window.clearInterval(timer))
  return now
}
