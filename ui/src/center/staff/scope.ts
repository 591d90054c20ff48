// What a staff member may be made responsible for: everything that the administrator is, a town of it, or one village.
import type { Village } from '../../shared/bindings/console'

const TOWN_DIGITS = 9

export interface Scope {
  code: string
  kind: 'whole' | 'town' | 'village'
  name: string
  /** How many villages it holds. */
  villages: number
}

export function scopesOf(whole: { code: string; name: string }, villages: Village[]): Scope[] {
  const towns = new Map<string, Village[]>()
  for (const village of villages) {
    const town = village.code.slice(0, TOWN_DIGITS)
    towns.set(town, [...(towns.get(town) ?? []), village])
  }
  const scopes: Scope[] = [{ ...whole, kind: 'whole', villages: villages.length }]
  for (const [code, inside] of towns) {
    if (towns.size > 1) scopes.push({ code, kind: 'town', name: inside[0]?.name ?? code, villages: inside.length })
    for (const { code, name } of inside)
      if (code !== whole.code) scopes.push({ code, kind: 'village', name, villages: 1 })
  }
  return scopes
}
