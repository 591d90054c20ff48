// What a repair's report comes to.
import type { LedgerHealth, RepairedKind, RepairReport } from '@/shared/bindings/desk'

/** The kinds of which there is anything to say. */
export function countsOf(report: RepairReport): RepairedKind[] {
  return report.kinds.filter((kind) => kind.from_file + kind.from_copy + kind.at_center + kind.missing > 0)
}

/** So much is nowhere, of everything that a person wrote or photographed. */
export function lostOf(report: RepairReport): number {
  return report.kinds.reduce((sum, { missing }) => sum + missing, 0)
}

/** So many places were found damaged while she works; what is still being looked at counts for none. */
export function damageOf(health: LedgerHealth): number {
  return (health.damaged_photo_pages ?? 0) + (health.damaged_within ?? 0)
}
