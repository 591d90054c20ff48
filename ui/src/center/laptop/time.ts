// Times of laptops in words, and the minutes a code has left. Pure: the present is passed in.
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** A code is good for so long; a browser whose clock is wrong counts from here. */
const CODE_MS = 10 * MINUTE_MS
/** A clock that differs by less says nothing. */
const SKEW_TOLD_SECONDS = 60

export interface Words {
  key: string
  n: number
}

/** How long ago it was: `ago.now`, `ago.minutes`, `ago.hours`, `ago.days`; null: never. */
export function ago(moment: string | null, now: number): Words | null {
  if (moment === null) return null
  const passed = Math.max(0, now - Date.parse(moment))
  if (passed < 2 * MINUTE_MS) return { key: 'ago.now', n: 0 }
  if (passed < HOUR_MS) return { key: 'ago.minutes', n: Math.floor(passed / MINUTE_MS) }
  if (passed < DAY_MS) return { key: 'ago.hours', n: Math.floor(passed / HOUR_MS) }
  return { key: 'ago.days', n: Math.floor(passed / DAY_MS) }
}

/** How a laptop's clock differs, in words; null where it does not matter. */
export function skew(seconds: number | null): Words | null {
  if (seconds === null || Math.abs(seconds) < SKEW_TOLD_SECONDS) return null
  const side = seconds > 0 ? 'fast' : 'slow'
  const minutes = Math.round(Math.abs(seconds) / 60)
  if (minutes < 120) return { key: `skew.${side}_minutes`, n: minutes }
  if (minutes < 48 * 60) return { key: `skew.${side}_hours`, n: Math.round(minutes / 60) }
  return { key: `skew.${side}_days`, n: Math.round(minutes / 60 / 24) }
}

/** Until when a code is good by this browser's clock, as told when it was issued. */
export function goodUntil(expiresAt: string, issuedAt: number): number {
  const left = Date.parse(expiresAt) - issuedAt
  return issuedAt + (left > 0 && left <= CODE_MS + MINUTE_MS ? left : CODE_MS)
}

/** `9:05`; `0:00` where it is over. */
export function countdown(until: number, now: number): string {
  const seconds = Math.max(0, Math.ceil((until - now) / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** The groups of a code as they stand in it, a few to a line. */
export function codeLines(code: string, groupsALine: number): string[] {
  const groups = code.split('-')
  const lines: string[] = []
  for (let at = 0; at < groups.length; at += groupsALine) {
    const rest = at + groupsALine < groups.length ? '-' : ''
    lines.push(groups.slice(at, at + groupsALine).join('-') + rest)
  }
  return lines
}
