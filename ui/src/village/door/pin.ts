// What can be said of a PIN while it is typed: digits, or four words. Whether it is good enough is the ledger's word (`weak_pin`).
export type PinFlaw = 'short' | 'one_word' | 'few_words' | 'mixed' | 'same' | 'run'

/** With a secret of the system's keyring beside it, and without one. */
const LEAST_DIGITS = 8
const LEAST_DIGITS_ALONE = 10
const LEAST_WORDS = 4

/** So many digits a PIN has at least on this machine. Where nothing is known of a keyring the ledger has the last word. */
export function leastDigits(hasKeyring: boolean): number {
  return hasKeyring ? LEAST_DIGITS : LEAST_DIGITS_ALONE
}

/** The first flaw; null where nothing speaks against trying it. */
export function pinFlaw(pin: string, least: number): PinFlaw | null {
  const text = pin.trim()
  return /^[\d０-９]*$/.test(text) ? digitsFlaw(foldDigits(text), least) : wordsFlaw(text)
}

/** Full-width digits as 0–9; everything else stays. */
export function foldDigits(text: string): string {
  return text.replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xff10 + 0x30))
}

function digitsFlaw(digits: string, least: number): PinFlaw | null {
  if (digits.length < LEAST_DIGITS) return 'short'
  const steps = [...digits].slice(1).map((digit, at) => Number(digit) - Number(digits[at]))
  if (steps.every((step) => step === 0)) return 'same'
  if (steps.every((step) => step === 1) || steps.every((step) => step === -1)) return 'run'
  return digits.length < least ? 'short' : null
}

/** Four different words: two characters at least, in Latin letters three. */
function wordsFlaw(text: string): PinFlaw | null {
  const words = text.toLowerCase().split(/\s+/)
  if (!words.every((word) => /^\p{Alphabetic}+$/u.test(word))) return 'mixed'
  if (words.length === 1) return 'one_word'
  const long = words.filter((word) => [...word].length >= (/^[a-z]+$/.test(word) ? 3 : 2))
  return new Set(long).size < LEAST_WORDS ? 'few_words' : null
}
