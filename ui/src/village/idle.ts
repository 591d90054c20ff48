// The ledger locks itself when nobody touches the laptop: half a minute before it says so, and whatever she does then keeps it open.
import { onBeforeUnmount, onMounted, ref } from 'vue'
import { call } from '@/shared/api'
import { isAtWork } from './job'
import { useOffice } from './office'

const LOOK_MS = 1_000
const MINUTE_MS = 60_000
export const NOTICE_MS = 30_000

/** How it stands so long after the last touch: null while there is time, else the seconds that are left. */
export function secondsLeft(idleMs: number, minutes: number): number | null {
  const leftMs = minutes * MINUTE_MS - idleMs
  return leftMs > NOTICE_MS ? null : Math.max(0, Math.ceil(leftMs / 1_000))
}

/** Watches keys, pointer and wheel as long as the ledger is open. The clock is read anew each second, so that a laptop that slept
 * locks when it wakes. */
export function useIdleLock() {
  const office = useOffice()
  const seconds = ref<number | null>(null)
  let touchedAt = Date.now()
  let locking: Promise<void> | null = null
  let place = ''
  let timer = 0

  function idleMs(): number {
    // Where the clock was set back the time counts anew.
    if (Date.now() < touchedAt) touchedAt = Date.now()
    return Date.now() - touchedAt
  }
  function look(): void {
    // Locking a practice village would clear it, and there is nothing in it to guard.
    if (isAtWork.value || office.isPractice) touchedAt = Date.now()
    seconds.value = secondsLeft(idleMs(), office.idleMinutes)
    // A failure is tried again with the next look: the ledger is not to stay open for it.
    if (seconds.value === 0) lock(true).catch(() => undefined)
  }
  /** Locks once, however often it is asked. */
  function lock(byItself = false): Promise<void> {
    if (!office.isOpen) return Promise.resolve()
    locking ??= office.signOut(byItself ? 'by_itself' : 'asked').finally(() => (locking = null))
    return locking
  }
  function touch(): void {
    // After a sleep the first touch comes before the next look: it is too late by then.
    if (secondsLeft(idleMs(), office.idleMinutes) === 0) return look()
    touchedAt = Date.now()
    seconds.value = null
  }
  /** What moves under a pointer that rests (the note itself) is no touch. */
  function move(event: PointerEvent): void {
    const now = `${event.screenX} ${event.screenY}`
    if (now === place) return
    place = now
    touch()
  }

  const touches = ['keydown', 'pointerdown', 'wheel'] as const
  onMounted(() => {
    for (const kind of touches) window.addEventListener(kind, touch, { capture: true, passive: true })
    window.addEventListener('pointermove', move, { capture: true, passive: true })
    timer = window.setInterval(look, LOOK_MS)
    void call('preferences', {})
      .then((preferences) => (office.idleMinutes = preferences.idle_minutes))
      .catch(() => undefined)
  })
  onBeforeUnmount(() => {
    for (const kind of touches) window.removeEventListener(kind, touch, { capture: true })
    window.removeEventListener('pointermove', move, { capture: true })
    window.clearInterval(timer)
  })
  return { seconds, lock }
}
