// Everybody who belongs to a household, each once: who is registered in it, then who lives with them.
import type { HouseholdView, PersonCard } from '@/shared/bindings/desk'

export function membersOfHousehold({
  registered,
  living_together,
}: Pick<HouseholdView, 'registered' | 'living_together'>): { person: PersonCard; relation: string }[] {
  const all = [...registered.map((person) => ({ person, relation: person.relation })), ...living_together]
  return all.filter(({ person }, at) => all.findIndex((other) => other.person.id === person.id) === at)
}
