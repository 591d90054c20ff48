// The round on which a visit is: which household this is on its roll, the one before it and the next one to go to.
import { computed, ref, shallowRef, watch } from 'vue'
import { call, Failure } from '@/shared/api'
import type { RollView, VisitView } from '@/shared/bindings/desk'
import { isWalked, nextOf } from './standing'
import { useWalk } from './walk'

/** `leave` saves what was typed at this door; without that nobody goes on. */
export function useRound(view: () => VisitView | null, leave: () => Promise<boolean>) {
  const id = computed(() => view()?.visit.round ?? null)
  const roll = shallowRef<RollView | null>(null)
  const title = ref('')
  const failure = shallowRef<Failure | null>(null)
  const walk = useWalk()
  const rows = computed(() => roll.value?.rows ?? [])
  const at = computed(() => rows.value.findIndex((row) => row.id === view()?.household.id))
  const before = computed(() => rows.value[at.value - 1] ?? null)
  const next = computed(() => (roll.value?.can_edit ? nextOf(rows.value, rows.value[at.value]?.id ?? null) : null))
  const walkedAll = computed(() => rows.value.length > 0 && rows.value.every(isWalked))

  async function reload(): Promise<void> {
    if (!id.value) return
    try {
      const [answer, line] = await Promise.all([
        call('show_roll', { line: id.value }),
        title.value ? null : call('show_line', { line: id.value }),
      ])
      roll.value = answer
      if (line) title.value = line.row.title || line.register_name
      failure.value = null
    } catch (thrown) {
      failure.value = Failure.from(thrown)
    }
  }
  watch(id, reload, { immediate: true })

  async function toNext(): Promise<void> {
    const house = next.value
    if (id.value && house && (await leave())) await walk.to(id.value, house.id)
  }
  /** Back to the household before: its visit, where there was one. */
  async function toBefore(): Promise<void> {
    const house = before.value
    if (!id.value || !house || !(await leave())) return
    if (house.visit) await walk.go(() => Promise.resolve(`/visits/${house.visit}`))
    else await walk.to(id.value, house.id)
  }
  return { id, title, rows, at, before, next, walkedAll, failure, walk, reload, toNext, toBefore }
}
export type Round = ReturnType<typeof useRound>
