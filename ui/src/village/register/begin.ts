// Begins a line of a register: at once, or after the dialog has asked for whom or for which village.
import { ref, shallowRef } from 'vue'
import { useRouter } from 'vue-router'
import { call, Failure } from '@/shared/api'
import type { Commands, RegisterCard } from '@/shared/bindings/desk'
import { useOffice } from '../office'

type BeginArgs = Commands['begin_line']['args']
const BLANK = { village: null, person: null, visit: null, like: null, after: null, case: null }

export function useBegin() {
  const office = useOffice()
  const router = useRouter()
  /** The register whose line is asked about. */
  const asked = shallowRef<RegisterCard | null>(null)
  const failure = shallowRef<Failure | null>(null)
  const busy = ref(false)

  async function begin(register: string, about: Partial<BeginArgs>): Promise<void> {
    if (busy.value) return
    busy.value = true
    failure.value = null
    try {
      const view = await call('begin_line', { ...BLANK, ...about, register })
      office.refreshSoon()
      asked.value = null
      await router.push(`/registers/line/${view.row.id}`)
    } catch (thrown) {
      failure.value = Failure.from(thrown)
    } finally {
      busy.value = false
    }
  }
  async function ask(register: RegisterCard | null): Promise<void> {
    if (!register?.is_open) return
    failure.value = null
    if (register.person || (office.state?.villages.length ?? 0) > 1) asked.value = register
    else await begin(register.code, {})
  }
  return { asked, failure, busy, begin, ask }
}
