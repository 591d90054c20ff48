// What can be said of a PIN while it is typed. Whether it is good enough is the ledger's word (`weak_pin`).
export type PinFlaw = 'short' | 'digits' | 'same' | 'run'

const LEAST_DIGITS = 8

/** The first flaw; null where nothing speaks against trying it. */
export function pinFlaw(pin: string): PinFlaw | null {
  if (!/^\d*$/.test(pin)) return 'digits'
  if (pin.length < LEAST_DIGITS) return 'short'
  const steps = [...pin].slice(1).map((digit, at) => Number(digit) - Number(pin[at]))
  if (steps.every((step) => step === 0)) return 'same'
  if (steps.every((step) => step === 1) || steps.every((step) => step === -1)) return 'run'
  return null
}
