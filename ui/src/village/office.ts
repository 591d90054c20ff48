// What every screen of the window knows: who is signed in, how reporting stands, what waits, and that something changed.
import { defineStore } from 'pinia'
import { computed, onBeforeUnmount, ref, shallowRef, watch } from 'vue'
import { call, Failure, onDesk } from '@/shared/api'
import { flushAll } from './saving'
import type { ItemCard, OfficeState, PersonCard, SyncState, Today } from '@/shared/bindings/desk'

const GATHER_MS = 250
/** Until her own choice is known. */
const IDLE_MINUTES = 10

export const useOffice = defineStore('office', () => {
  const state = shallowRef<OfficeState | null>(null)
  const failure = shallowRef<Failure | null>(null)
  const sync = shallowRef<SyncState | null>(null)
  const counts = shallowRef<Today['counts'] | null>(null)
  const items = shallowRef<ItemCard[]>([])
  const changes = ref(0)
  /** The ledger locked itself, for nobody had touched the laptop. */
  const lockedItself = ref(false)
  /** What was typed could not be saved when she locked it: it stays open until she says what to do. */
  const lockHindered = shallowRef<Failure | null>(null)
  /** She asked for a repair of what was found damaged: the door begins with it. */
  const repairAsked = ref(false)
  /** After so many minutes it does. */
  const idleMinutes = ref(IDLE_MINUTES)
  let gathering = 0

  const isOpen = computed(() => state.value?.ledger === 'open')
  /** 练习村: made up, never sent, gone with the sign-out. */
  const isPractice = computed(() => isOpen.value && state.value?.practice === true)
  const villageNames = computed(() => (state.value?.villages ?? []).map((village) => village.name))

  async function open(): Promise<void> {
    try {
      failure.value = null
      state.value = await call('office_state', {})
    } catch (thrown) {
      failure.value = Failure.from(thrown)
    }
  }
  /** Takes a new state of the office, after signing in, enrolling and the like. */
  function take(next: OfficeState): void {
    state.value = next
    if (next.ledger !== 'open') return
    lockedItself.value = false
    repairAsked.value = false
    void refreshSync()
  }
  /** Locks the ledger once what was typed is saved. Where that fails she is asked; nobody is there to ask when it locks itself. */
  async function signOut(how: 'asked' | 'by_itself' | 'anyway' = 'asked'): Promise<void> {
    const unsaved = await flushAll()
    const byItself = how === 'by_itself'
    if (unsaved && how === 'asked') {
      lockHindered.value = unsaved
      return
    }
    try {
      take(await call('sign_out', {}))
    } catch (thrown) {
      // By itself it tries again.
      if (byItself) throw thrown
      lockHindered.value = Failure.from(thrown)
      return
    }
    lockHindered.value = null
    lockedItself.value = byItself
    if (byItself) repairAsked.value = false
    sync.value = null
    counts.value = null
    items.value = []
  }
  /** She does not lock it after all. */
  function stayIn(): void {
    lockHindered.value = null
    repairAsked.value = false
  }
  /** To the repair, which begins at the door. */
  async function repair(): Promise<void> {
    repairAsked.value = true
    await signOut()
  }
  async function refreshSync(): Promise<void> {
    if (isOpen.value) sync.value = await call('sync_state', {}).catch(() => sync.value)
  }
  /** Asks again what waits and what is due. Failures stay with the screens that ask for the same themselves. */
  async function refresh(): Promise<void> {
    if (!isOpen.value) return
    const [today] = await Promise.all([call('today', {}).catch(() => null), refreshSync()])
    if (today) counts.value = today.counts
  }
  function refreshSoon(): void {
    window.clearTimeout(gathering)
    gathering = window.setTimeout(() => void refresh(), GATHER_MS)
  }
  async function loadItems(): Promise<ItemCard[]> {
    if (items.value.length === 0) items.value = await call('items', {})
    return items.value
  }
  /** From now on hears what desk tells by itself. */
  function listen(): () => void {
    return onDesk((event) => {
      if (event.kind === 'sync') sync.value = event.state
      if (event.kind === 'changed') {
        changes.value += 1
        refreshSoon()
      }
    })
  }
  return {
    state,
    failure,
    sync,
    counts,
    items,
    changes,
    lockedItself,
    lockHindered,
    repairAsked,
    idleMinutes,
    isOpen,
    isPractice,
    villageNames,
    open,
    take,
    signOut,
    stayIn,
    repair,
    refresh,
    refreshSync,
    refreshSoon,
    loadItems,
    listen,
  }
})

/** Runs `reload` whenever a sync or a receipt changed what stands in the ledger, while the screen is shown. */
export function onLedgerChange(reload: () => unknown): void {
  const office = useOffice()
  watch(
    () => office.changes,
    () => void reload(),
  )
}

/** What a new case would be about on the present screen; the frame opens the dialog by it. */
export interface CaseStart {
  people: PersonCard[]
  person?: string
  item?: string
  visit?: string | null
  /** The line of a register at whose event it is opened. */
  event?: string
  /** 转代办: the need of the visit becomes the case. */
  turnsNeed?: boolean
}
export const useNewCase = defineStore('new-case', () => {
  const context = shallowRef<CaseStart | null>(null)
  const asked = shallowRef<CaseStart | null>(null)
  return {
    context,
    asked,
    ask: (start?: CaseStart) => (asked.value = start ?? context.value ?? { people: [] }),
    close: () => (asked.value = null),
  }
})

/** Tells the frame, while this screen is shown, for whom a new case would be. */
export function offerNewCase(start: () => CaseStart | null): void {
  const newCase = useNewCase()
  watch(start, (value) => (newCase.context = value), { immediate: true })
  onBeforeUnmount(() => (newCase.context = null))
}
