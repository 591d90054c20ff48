// Which of the publications of an item hold now. Pure.
import type { PublicationLine } from '../../shared/bindings/console'

/** The numbers of those that hold: of each kind the newest in each place. */
export function holding(lines: PublicationLine[]): Set<number> {
  const seen = new Set<string>()
  const held = new Set<number>()
  for (const line of [...lines].sort((one, other) => other.number - one.number)) {
    const kinds = (['card', 'local', 'form'] as const).filter((kind) => line[kind])
    // The calendar's publications are of one kind only.
    for (const kind of kinds.length > 0 ? kinds : ['calendar']) {
      const key = `${line.scope} ${kind}`
      if (!seen.has(key)) held.add(line.number)
      seen.add(key)
    }
  }
  return held
}
