// The file of the working days on its way through the browser. Pure; whether it can be used the center says.

/** No calendar is larger; the center says the rest. */
export const MOST_BYTES = 512 * 1024

interface CalendarFile {
  years?: Record<string, unknown>
  local_days_off?: string[]
}

function read(text: string): CalendarFile | null {
  try {
    const file: unknown = JSON.parse(text)
    return typeof file === 'object' && file !== null && !Array.isArray(file) ? (file as CalendarFile) : null
  } catch {
    return null
  }
}
const written = (file: CalendarFile) => JSON.stringify(file, null, 2)

/** A file that was brought, laid over the one that holds: years that it does not name stay, and so do local days off. */
export function laidOver(held: string, brought: string): string {
  const [before, after] = [read(held), read(brought)]
  if (!before || !after || typeof after.years !== 'object' || after.years === null) return brought
  return written({
    years: { ...before.years, ...after.years },
    local_days_off: after.local_days_off ?? before.local_days_off ?? [],
  })
}

/** The file with these local days off. */
export function withLocalDays(held: string, days: string[]): string {
  const file = read(held)
  return file ? written({ ...file, local_days_off: [...new Set(days)].sort() }) : held
}

/** The years that a file names; none where it is none. */
export function yearsIn(text: string): string[] {
  return Object.keys(read(text)?.years ?? {}).sort()
}

/** Days in order, one after the other as one span: `[['2026-10-01', '2026-10-07']]`. */
export function spansOf(days: string[]): [string, string][] {
  const spans: [string, string][] = []
  for (const day of [...days].sort()) {
    const last = spans.at(-1)
    if (last && nextDay(last[1]) === day) last[1] = day
    else spans.push([day, day])
  }
  return spans
}
function nextDay(day: string): string {
  const at = new Date(`${day}T00:00:00Z`)
  at.setUTCDate(at.getUTCDate() + 1)
  return at.toISOString().slice(0, 10)
}
