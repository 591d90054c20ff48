// What the chips above a list of guides offer and leave. Pure.
import type { GuideLine, GuideWord } from '../bindings/desk'

export interface GuideChoice {
  category: string | null
  tag: string | null
  /** 清单: `level:village`, `authority:delegated`, `way:extended`. */
  list: string | null
}
export interface GuideChip {
  value: string | null
  label: string
  count: number
}

function has(words: GuideWord[], wanted: string | null): boolean {
  return wanted === null || words.some(({ word }) => word === wanted)
}

/** Those of the category, the tag and the list that are chosen, in the order they came. */
export function guidesOf(guides: GuideLine[], { category, tag, list }: GuideChoice): GuideLine[] {
  return guides.filter((guide) => has([guide.category], category) && has(guide.tags, tag) && has(guide.lists, list))
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

/** The lists that there are, kind by kind: by level, by right, by way of service. */
export function listsOf(guides: GuideLine[]): { kind: 'level' | 'authority' | 'way'; chips: GuideChip[] }[] {
  const words = guides.flatMap(({ lists }) => lists)
  return (['level', 'authority', 'way'] as const)
    .map((kind) => ({ kind, chips: chipsOf(words.filter(({ word }) => word.startsWith(`${kind}:`))) }))
    .filter(({ chips }) => chips.length > 0)
}

/** Bundles, what a case can be opened for, and what can only be read: each under a heading of its own. */
export function guideGroups(guides: GuideLine[]): { kind: 'bundle' | 'open' | 'read'; guides: GuideLine[] }[] {
  const kindOf = (guide: GuideLine) => (!guide.open ? 'read' : guide.bundle ? 'bundle' : 'open')
  return (['bundle', 'open', 'read'] as const)
    .map((kind) => ({ kind, guides: guides.filter((guide) => kindOf(guide) === kind) }))
    .filter((group) => group.guides.length > 0)
}
