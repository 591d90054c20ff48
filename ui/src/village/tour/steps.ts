// What the tour shows, in its order. Each place is found by the `data-place` of elements of the window.
export interface TourStep {
  /** Its words: `tour.<name>.title` and `.text`. */
  name: string
  /** What is shown, one or several side by side. */
  places: string[]
}

export const STEPS: TourStep[] = [
  { name: 'today', places: ['/today'] },
  { name: 'search', places: ['search'] },
  { name: 'visits', places: ['/visits'] },
  { name: 'books', places: ['/cases', '/registers'] },
  { name: 'status', places: ['status'] },
  { name: 'lock', places: ['lock'] },
  { name: 'help', places: ['help'] },
]

export interface Box {
  left: number
  top: number
  width: number
  height: number
}
type Size = Pick<Box, 'width' | 'height'>

/** Between what is shown and the card, and between the card and the edge, px. */
const GAP = 16
/** The ring stands off so far, px. */
const RING = 4

/** The ring around what is shown, within the window. */
export function ringOf(boxes: Box[], window: Size): Box | null {
  if (boxes.length === 0) return null
  const left = Math.max(0, Math.min(...boxes.map((box) => box.left)) - RING)
  const top = Math.max(0, Math.min(...boxes.map((box) => box.top)) - RING)
  const right = Math.min(window.width, Math.max(...boxes.map((box) => box.left + box.width)) + RING)
  const bottom = Math.min(window.height, Math.max(...boxes.map((box) => box.top + box.height)) + RING)
  return { left, top, width: right - left, height: bottom - top }
}

/** Where the card stands: beside what is at the left edge, below anything else, in the middle where nothing is shown. */
export function cardPlace(ring: Box | null, card: Size, window: Size): { left: number; top: number } {
  const within = (at: number, size: number, room: number) => Math.max(GAP, Math.min(at, room - size - GAP))
  if (!ring) return { left: (window.width - card.width) / 2, top: (window.height - card.height) / 2 }
  const beside = ring.left + ring.width + GAP
  const isAtLeft = ring.left < GAP && beside + card.width <= window.width
  const left = isAtLeft ? beside : ring.left
  const top = isAtLeft ? ring.top : ring.top + ring.height + GAP
  return { left: within(left, card.width, window.width), top: within(top, card.height, window.height) }
}
