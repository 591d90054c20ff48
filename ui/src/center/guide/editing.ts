// A card while it is changed: its value, what the check found, and what the fields need to know.
import {
  computed,
  inject,
  provide,
  ref,
  shallowRef,
  type ComputedRef,
  type InjectionKey,
  type Ref,
  type ShallowRef,
} from 'vue'
import type { CardFinding, EditorView, GuideWord, ItemLine } from '../../shared/bindings/console'
import { changedKeys, holdersOf, told, withValue, type Card } from './card'

export interface Editing {
  card: ShallowRef<Card>
  /** What changed against what holds. */
  changed: ComputedRef<string[]>
  disabled: ComputedRef<boolean>
  /** Whether the English fields are unfolded. */
  english: Ref<boolean>
  items: ShallowRef<ItemLine[]>
  /** The row that is unfolded, by list. */
  unfolded: Ref<Record<string, number | null>>
  set: (cell: string, value: unknown) => void
  /** What the check said of a cell. */
  foundAt: (cell: string) => { errors: string[]; warnings: string[] }
  /** Whether anything was found at a cell or in it. */
  isWrong: (cell: string) => boolean
  words: (key: string) => GuideWord[]
}
const KEY: InjectionKey<Editing> = Symbol('editing')

export function makeEditing(
  view: ShallowRef<EditorView | null>,
  found: ShallowRef<{ errors: CardFinding[]; warnings: CardFinding[] } | null>,
): Editing {
  const card = shallowRef<Card>({})
  const errors = computed(() => found.value?.errors ?? [])
  const warnings = computed(() => found.value?.warnings ?? [])
  /** A finding belongs to the field of its cell, or, inside a list of lines, to the whole list. */
  const belongs = (finding: CardFinding, cell: string) =>
    finding.cell === cell || (finding.cell.startsWith(`${cell}[`) && /^\[\d+\]$/.test(finding.cell.slice(cell.length)))
  const editing: Editing = {
    card,
    changed: computed(() => changedKeys(view.value?.card ?? {}, told(card.value))),
    disabled: computed(() => !view.value?.may_publish),
    english: ref(false),
    items: shallowRef<ItemLine[]>([]),
    unfolded: ref({}),
    set(cell, value) {
      card.value = withValue(card.value, cell, value)
    },
    foundAt: (cell) => ({
      errors: errors.value.filter((finding) => belongs(finding, cell)).map(({ message }) => message),
      warnings: warnings.value.filter((finding) => belongs(finding, cell)).map(({ message }) => message),
    }),
    isWrong: (cell) => errors.value.some((finding) => holdersOf(finding.cell).includes(cell)),
    words: (key) => view.value?.words.find((words) => words.key === key)?.words ?? [],
  }
  provide(KEY, editing)
  return editing
}

export function useEditing(): Editing {
  const editing = inject(KEY)
  if (!editing) throw new Error('a field of a card stands outside its editor')
  return editing
}
