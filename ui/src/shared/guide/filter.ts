// What the chips above a list of guides offer and leave. Pure.
import type { GuideLine, GuideWord } from '../bindings/desk'

export interface GuideChoice {
  category: string | null
  tag: string | null
}
export interface GuideChip {
  value: string | null
  label: string
  count: number
}

function isTagged(guide: GuideLine, tag: string | null): boolean {
  return tag === null || guide.tags.some(({ word }) => word === tag)
}

/** Those of the category and tag that are chosen, in the order they came. */
export function guidesOf(guides: GuideLine[], { category, tag }: GuideChoice): GuideLine[] {
  return guides.filter((guide) => (category === null || guide.category.word === category) && isTagged(guide, tag))
}

/** A chip for each word, the most frequent first, each with how many there are of it. */
function chipsOf(words: GuideWord[]): GuideChip[] {
  const chips = new Map<string, GuideChip>()
  for (const { word, text } of words) {
    const chip = chips.get(word) ?? { value: word, label: text, count: 0 }
    chips.set(word, { ...chip, count: chip.count + 1 })
  }
  return [...chips.values()].sort((a, b) => b.count - a.count)
}

export function categoryChips(guides: GuideLine[], all: string): GuideChip[] {
  return [{ value: null, label: all, count: guides.length }, ...chipsOf(guides.map(({ category }) => category))]
}

export function tagChips(guides: GuideLine[]): GuideChip[] {
  return chipsOf(guides.flatMap(({ tags }) => tags))
}

/** Bundles, what a case can be opened for, and what can only be read: each under a heading of its own. */
export function guideGroups(guides: GuideLine[]): { kind: 'bundle' | 'open' | 'read'; guides: GuideLine[] }[] {
  const kindOf = (guide: GuideLine) => (!guide.open ? 'read' : guide.bundle ? 'bundle' : 'open')
  return (['bundle', 'open', 'read'] as const)
    .map((kind) => ({ kind, guides: guides.filter((guide) => kindOf(guide) === kind) }))
    .filter((group) => group.guides.length > 0)
}
