// How fast bytes move, over the last seconds: steady enough to read, quick enough to believe. Pure: the time is passed in.
const WINDOW_MS = 8000
/** Less says nothing yet. */
const LEAST_MS = 800

export function makeSpeed() {
  let seen: { at: number; bytes: number }[] = []
  return {
    /** Begins anew: what lies between two connections is no speed. */
    forget() {
      seen = []
    },
    /** So many bytes are over by now; how many a second lately, null while that is not known. */
    note(bytes: number, at: number): number | null {
      seen = [...seen.filter((one) => at - one.at <= WINDOW_MS), { at, bytes }]
      const first = seen[0]
      if (!first || at - first.at < LEAST_MS) return null
      return ((bytes - first.bytes) * 1000) / (at - first.at)
    },
  }
}

/** Minutes until the rest is over, rounded up; null where nobody can say. */
export function minutesLeft(bytes: number, speed: number | null): number | null {
  if (speed === null || speed < 1) return null
  return Math.ceil(bytes / speed / 60)
}
