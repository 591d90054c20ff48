// The items of which somebody is due, or may be entitled: those alone lead to somebody.
import { call } from '@/shared/api'
import type { ItemCard } from '@/shared/bindings/desk'

export interface ItemChoice {
  code: string
  name: string
  /** How many people, where that is known. */
  count?: number
}

export async function dueItems(withinDays: number, loadAll: () => Promise<ItemCard[]>): Promise<ItemChoice[]> {
  const { lines, more } = await call('due_list', { within_days: withinDays, item: null })
  const due = new Map(lines.map((line) => [line.item, line.item_name]))
  // Of a list that was cut off nobody knows what the rest would name.
  if (more) for (const { code, short_name } of await loadAll()) due.set(code, due.get(code) ?? short_name)
  return [...due].map(([code, name]) => ({ code, name }))
}

export async function hintedItems(): Promise<ItemChoice[]> {
  const { counts } = await call('radar', { item: null })
  return counts.map((one) => ({ code: one.item, name: one.item_name, count: one.people }))
}
