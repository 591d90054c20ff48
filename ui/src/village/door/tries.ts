// How many wrong PINs are left before only a recovery code opens the ledger.
import type { Failure } from '@/shared/failure'

/** From so few on it is said as a warning. */
export const WARN_FROM = 5

/** What a refusal says of it; null where it says nothing. */
export function triesLeft(failure: Failure | null): number | null {
  if (failure?.code === 'pin_locked') return 0
  const left = failure?.code === 'wrong_pin' ? failure.facts.left : null
  return typeof left === 'number' ? left : null
}
