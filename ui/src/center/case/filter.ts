// Which cases a list shows. What was typed into the search box stays out of addresses: it may be a name.
import { defineStore } from 'pinia'
import { reactive, ref } from 'vue'
import type { Routes, Stage } from '../../shared/bindings/console'

export type ListKind = 'review' | 'accepted' | 'all'
export interface Chosen {
  stage: Stage | null
  item: string | null
  village: string | null
}
type Asked = Routes['case/list']['args']['filter']

/** The stages that a township can look for, in the order a case goes through them. */
export const STAGES: Stage[] = ['submitted', 'returned', 'accepted', 'confirmed', 'closed', 'withdrawn', 'open']

export function askedBy(kind: ListKind, chosen: Chosen, text: string): Asked {
  const stage = { review: 'submitted' as const, accepted: 'accepted' as const, all: chosen.stage }[kind]
  return { stage, item: chosen.item, village: chosen.village, text: text.trim(), listed_only: kind !== 'all' }
}

/** Whether anything is filtered out beyond what the list itself is. */
export function isNarrowed(chosen: Chosen, text: string): boolean {
  return chosen.stage !== null || chosen.item !== null || chosen.village !== null || text.trim() !== ''
}

export const useFilters = defineStore('filters', () => {
  const text = ref('')
  const chosen = reactive<Record<ListKind, Chosen>>({
    review: { stage: null, item: null, village: null },
    accepted: { stage: null, item: null, village: null },
    all: { stage: null, item: null, village: null },
  })
  /** Where each case was in its list when its part of the list came: the list beside a case begins there. */
  const places: Record<ListKind, Map<string, number>> = { review: new Map(), accepted: new Map(), all: new Map() }
  function notePlaces(kind: ListKind, offset: number, limit: number, rows: { id: string }[]): void {
    const known = places[kind]
    for (const [id, place] of known) if (place >= offset && place < offset + limit) known.delete(id)
    rows.forEach((row, at) => known.set(row.id, offset + at))
  }
  function placeOf(kind: ListKind, id: string): number | undefined {
    return places[kind].get(id)
  }
  function clear(kind: ListKind): void {
    text.value = ''
    Object.assign(chosen[kind], { stage: null, item: null, village: null })
  }
  function clearAll(): void {
    for (const kind of ['review', 'accepted', 'all'] as const) {
      clear(kind)
      places[kind].clear()
    }
  }
  return { text, chosen, clear, clearAll, notePlaces, placeOf }
})
