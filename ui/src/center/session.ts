// Who is at the screen, how things stand, and the line to the center over which changes are told.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { onStore, post } from '../shared/api'
import type { Counts, Me } from '../shared/bindings/console'
import { Failure } from '../shared/failure'

const RECONNECT_AFTER_MS = 5000
/** Typing is work too: the center hears of it at most so often. */
const AT_WORK_EVERY_MS = 60_000

export const useSession = defineStore('session', () => {
  const me = shallowRef<Me | null>(null)
  const counts = shallowRef<Counts | null>(null)
  /** Whether the center has said who is at the screen, or that nobody is. */
  const known = ref(false)
  const failure = shallowRef<Failure | null>(null)
  /** The center ended the sign-in (idle too long, closed, password set anew). */
  const ended = ref(false)
  const connected = ref(true)
  /** Counts up whenever something may look otherwise than it is shown. */
  const changes = ref(0)

  let stopListening: (() => void) | null = null
  let retry = 0
  let saidAtWork = 0

  const can = computed(
    () => me.value?.can ?? { accept: false, confirm: false, settle: false, oversee: false, administer: false },
  )

  async function begin(): Promise<void> {
    failure.value = null
    try {
      enter(await post('session/me', {}))
    } catch (thrown) {
      const said = Failure.from(thrown)
      if (said.code !== 'not_signed_in') {
        failure.value = said
        return
      }
      known.value = true
    }
  }

  function enter(person: Me): void {
    me.value = person
    known.value = true
    ended.value = false
    saidAtWork = Date.now()
    if (person.must_change_password) hangUp()
    else listen()
  }

  function leave(byCenter: boolean): void {
    hangUp()
    me.value = null
    counts.value = null
    known.value = true
    ended.value = byCenter
  }

  async function signOut(): Promise<void> {
    try {
      await post('session/sign_out', {})
    } catch (thrown) {
      if (Failure.from(thrown).code !== 'not_signed_in') throw thrown
    }
    leave(false)
  }

  /** What a failure of any request means for the sign-in. */
  function heed(said: Failure): void {
    if (said.code === 'not_signed_in' && me.value) leave(true)
    if (said.code === 'must_change_password' && me.value) enter({ ...me.value, must_change_password: true })
  }

  /** Somebody types or points: the center keeps her signed in. */
  function atWork(): void {
    if (!me.value || Date.now() - saidAtWork < AT_WORK_EVERY_MS) return
    saidAtWork = Date.now()
    post('session/me', {}).catch((thrown: unknown) => heed(Failure.from(thrown)))
  }

  async function count(): Promise<void> {
    try {
      counts.value = await post('status/show', {}, { quiet: true })
    } catch (thrown) {
      heed(Failure.from(thrown))
    }
  }

  function listen(): void {
    hangUp()
    void count()
    stopListening = onStore({
      changed: tellChange,
      connected: (on) => {
        if (!on) return lose()
        window.clearTimeout(retry)
        if (!connected.value) tellChange()
        connected.value = true
      },
    })
  }
  function hangUp(): void {
    window.clearTimeout(retry)
    stopListening?.()
    stopListening = null
  }
  function lose(): void {
    connected.value = false
    window.clearTimeout(retry)
    retry = window.setTimeout(() => void redial(), RECONNECT_AFTER_MS)
  }
  async function redial(): Promise<void> {
    try {
      me.value = await post('session/me', {}, { quiet: true })
      if (!connected.value) listen()
    } catch (thrown) {
      const said = Failure.from(thrown)
      heed(said)
      if (me.value) lose()
    }
  }
  function tellChange(): void {
    changes.value += 1
    void count()
  }

  /** Everything is asked for again: in another language the center answers in other words. */
  async function askAnew(): Promise<void> {
    changes.value += 1
    try {
      if (me.value) me.value = await post('session/me', {})
    } catch (thrown) {
      heed(Failure.from(thrown))
    }
  }

  return {
    me,
    counts,
    known,
    failure,
    ended,
    connected,
    changes,
    can,
    begin,
    enter,
    signOut,
    heed,
    atWork,
    count,
    askAnew,
  }
})

/** Calls `reload` whenever something changed at the center; never twice at once. */
export function useLive(reload: () => Promise<void>): void {
  const session = useSession()
  let running = false
  let again = false
  watch(
    () => session.changes,
    async () => {
      again = true
      if (running) return
      running = true
      while (again) {
        again = false
        await reload()
      }
      running = false
    },
  )
}
