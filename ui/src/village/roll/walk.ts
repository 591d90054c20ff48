// From door to door: begins the visit of a household on a round, or goes on with the one that was begun.
import { ref, shallowRef } from 'vue'
import { useRouter } from 'vue-router'
import { call, Failure } from '@/shared/api'
import { nextOf } from './standing'

export function useWalk() {
  const router = useRouter()
  const going = ref(false)
  const failure = shallowRef<Failure | null>(null)

  async function go(way: () => Promise<string>): Promise<void> {
    if (going.value) return
    going.value = true
    failure.value = null
    const from = router.currentRoute.value.fullPath
    try {
      const there = await way()
      // She may have opened another page meanwhile: that is where she stays.
      if (router.currentRoute.value.fullPath === from) await router.push(there)
    } catch (thrown) {
      failure.value = Failure.from(thrown)
    } finally {
      going.value = false
    }
  }
  async function doorOf(round: string, household: string): Promise<string> {
    const { visit } = await call('start_visit', { household, round })
    return `/visits/${visit.id}`
  }
  /** To the door of a household. */
  const to = (round: string, household: string) => go(() => doorOf(round, household))
  /** To the next door of a round; to the round itself where there is none. */
  const onward = (round: string) =>
    go(async () => {
      const next = nextOf((await call('show_roll', { line: round })).rows)
      return next ? doorOf(round, next.id) : `/registers/line/${round}`
    })
  return { going, failure, to, onward, go }
}
