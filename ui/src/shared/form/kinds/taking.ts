// How a file becomes an answer: chosen or dropped, one at a time; what hinders it stands below.
import { ref, shallowRef } from 'vue'
import { Failure } from '../../failure'

/** `keep` takes the file; it is not there where files cannot be taken now. */
export function useTaking(keep: () => ((file: File) => Promise<void>) | undefined) {
  const picker = ref<HTMLInputElement | null>(null)
  const busy = ref(false)
  const failure = shallowRef<Failure | null>(null)

  async function attempt(work: () => Promise<void> | undefined): Promise<void> {
    busy.value = true
    failure.value = null
    try {
      await work()
    } catch (thrown) {
      failure.value = Failure.from(thrown)
    } finally {
      busy.value = false
    }
  }
  function take(files: FileList | null | undefined): void {
    const file = files?.[0]
    const taker = keep()
    if (file && taker) void attempt(() => taker(file))
  }
  function chosen(): void {
    take(picker.value?.files)
    if (picker.value) picker.value.value = ''
  }
  return { picker, busy, failure, attempt, take, chosen }
}
