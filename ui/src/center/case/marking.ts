// How the parts of the review screen reach the remarks of the case on it.
import { inject, provide, type InjectionKey, type Ref } from 'vue'

export interface Marking {
  /** Whether remarks can go back as the case stands. */
  possible: Ref<boolean>
  /** The path whose remark is being written. */
  editing: Ref<string | null>
  textAt: (path: string) => string
  write: (path: string, label: string, text: string) => void
  drop: (path: string) => void
}
const KEY: InjectionKey<Marking> = Symbol('marking')

export function provideMarking(marking: Marking): void {
  provide(KEY, marking)
}
export function useMarking(): Marking {
  const marking = inject(KEY)
  if (!marking) throw new Error('no case to remark on')
  return marking
}
