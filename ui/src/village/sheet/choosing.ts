// Whom of those that were found is put into a sheet. Pure.
import type { ListView, SubjectId, WhoRow } from '@/shared/bindings/desk'

/** Everybody once, at her first place; beyond doubt where one way to her is. */
export function distinct(people: WhoRow[]): WhoRow[] {
  const by = new Map<SubjectId, WhoRow>()
  for (const row of people) {
    const before = by.get(row.person.id)
    by.set(row.person.id, before ? { ...before, doubtful: before.doubtful && row.doubtful } : row)
  }
  return [...by.values()]
}

/** Who stands in the sheet already, as far as its list was shown. */
export function standingIn(list: ListView | null): Set<SubjectId> {
  return new Set((list?.rows ?? []).flatMap(({ person }) => person ?? []))
}

/** Who is filled in unless she says otherwise: whoever is meant beyond doubt and stands nowhere in the sheet yet. */
export function meant(people: WhoRow[], there: Set<SubjectId>): Set<SubjectId> {
  return new Set(
    people.filter(({ person, doubtful }) => !doubtful && !there.has(person.id)).map(({ person }) => person.id),
  )
}

/** Those that are chosen, in the order of the list. */
export function inOrder(people: WhoRow[], chosen: Set<SubjectId>): SubjectId[] {
  return people.map(({ person }) => person.id).filter((id) => chosen.has(id))
}

/** So many rows are made where the free ones do not suffice. */
export function rowsAdded(chosen: number, free: number): number {
  return Math.max(0, chosen - free)
}
