// The list of one round and the cursor in it: what is chosen for whom, and one person recorded at a time.
import { computed, ref, shallowReactive, shallowRef, watch } from 'vue'
import { call, Failure } from '@/shared/api'
import type { CertRow } from '@/shared/bindings/desk'
import { useWords } from '@/shared/i18n'
import { useFetched } from '../fetched'
import { useOffice } from '../office'
import { useUndo } from '../undo'
import { isLocked, nextOpen, NOTHING, pressed, seenOf, stepTo, wantingOf, type Choice } from './keys'
import { useRound } from './round'

/** On a roll everybody's last day is shown, however far off. */
const ROLL_DAYS = 3650

export function useCertifying(roll: () => string | null) {
  const { t, today } = useWords()
  const office = useOffice()
  const undo = useUndo()
  const { round, shown, enter } = useRound()
  const {
    data: list,
    failure,
    reload,
    show,
  } = useFetched(() =>
    call('certification_list', {
      filter: { within_days: roll() ? ROLL_DAYS : Number(shown.span), text: shown.text.trim(), roll: roll() },
    }),
  )
  const choices = shallowReactive(new Map<string, Choice>())
  const failures = shallowReactive(new Map<string, Failure>())
  const here = ref<string | null>(null)
  /** Who is being recorded: nothing else is done meanwhile. */
  const busy = shallowRef<string | null>(null)
  /** She wanted to record and something was wanting. */
  const asked = ref(false)

  const rows = computed(() => list.value?.rows ?? [])
  const row = computed(() => rows.value.find(({ person }) => person.id === here.value) ?? null)
  const choice = computed(() => (here.value === null ? null : (choices.get(here.value) ?? null)))
  const wanting = computed(() => wantingOf(choice.value ?? NOTHING, round, today()))

  watch(list, (now) => {
    if (!now) return
    enter(today(), now.agent)
    // Another laptop may have recorded her meanwhile.
    for (const one of now.rows) if (isLocked(one)) choices.delete(one.person.id)
    if (!row.value) here.value = nextOpen(now.rows, null)
  })
  watch(here, () => (asked.value = false))

  function go(person: string | null): void {
    if (busy.value === null) here.value = person
  }
  const step = (by: 1 | -1) => go(stepTo(rows.value, here.value, by))
  function choose(next: Choice): void {
    if (!row.value || isLocked(row.value) || busy.value !== null || next === choice.value) return
    choices.set(row.value.person.id, next)
    failures.delete(row.value.person.id)
    asked.value = false
  }
  /** A key for the row of the cursor. */
  function press(key: string): void {
    const before = choice.value ?? NOTHING
    const next = pressed(before, key)
    if (next !== before) choose(next)
  }
  /** Clears what is chosen and not recorded; whether there was anything. */
  function clear(): boolean {
    if (here.value === null || busy.value !== null) return false
    failures.delete(here.value)
    asked.value = false
    return choices.delete(here.value)
  }
  function put(written: CertRow['written'], person: string): void {
    const now = list.value
    if (!now) return
    const before = now.rows.find((one) => one.person.id === person)
    const wasOpen = !before || !isLocked(before)
    const settled = wasOpen && written?.done ? 1 : !wasOpen && !written ? -1 : 0
    const next = now.rows.map((one) => (one.person.id === person ? { ...one, written } : one))
    show({ ...now, rows: next, open: now.open - settled })
  }
  /** What was recorded in a slip of the keys is taken back whole. A later attempt belongs to a case of another time: that is corrected. */
  function offerBack({ person, written }: CertRow, answer: CertRow): void {
    const taken = answer.written?.case
    if (written || !taken) return
    undo.offer(t('undo.certified', { name: person.name }), async () => {
      await call('withdraw_case', { case: taken, reason: t('undo.certified_why') })
      put(null, person.id)
      here.value = person.id
      office.refreshSoon()
    })
  }
  /** Records the one person of the cursor; whether that was done. */
  async function record(): Promise<boolean> {
    const one = row.value
    if (!one || isLocked(one) || busy.value !== null) return false
    const person = one.person.id
    const seen = seenOf(choice.value ?? NOTHING, round, today())
    if (!seen) {
      asked.value = true
      return false
    }
    busy.value = person
    failures.delete(person)
    try {
      const answer = await call('certify', { person, seen })
      choices.delete(person)
      put(answer.written, person)
      office.refreshSoon()
      offerBack(one, answer)
      here.value = nextOpen(rows.value, person)
      return true
    } catch (thrown) {
      failures.set(person, Failure.from(thrown))
      return false
    } finally {
      busy.value = null
    }
  }
  return {
    list,
    failure,
    reload,
    shown,
    rows,
    row,
    here,
    choices,
    failures,
    choice,
    wanting,
    asked,
    busy,
    go,
    step,
    choose,
    press,
    clear,
    record,
  }
}
