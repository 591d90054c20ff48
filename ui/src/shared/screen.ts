// The size of the type and what the window's width allows: set as attributes of the root, for CSS to follow.
import { readonly, ref } from 'vue'

export type Zoom = 100 | 125 | 150

const NARROW_BELOW_REM = 64

/** From here on a panel of 21 rem beside the work area leaves it as much room as a window that is not narrow has. */
const ROOMY_FROM_REM = NARROW_BELOW_REM + 21

const narrow = ref(false)
const roomy = ref(false)
/** Whether there is room for few columns only. */
export const isNarrow = readonly(narrow)
/** Whether a panel has room beside the work area; else it lies over it. */
export const isRoomy = readonly(roomy)

function measure(): void {
  const root = document.documentElement
  const rem = Number.parseFloat(getComputedStyle(root).fontSize) || 16
  const widthRem = window.innerWidth / rem
  narrow.value = widthRem < NARROW_BELOW_REM
  roomy.value = widthRem >= ROOMY_FROM_REM
  root.dataset.width = narrow.value ? 'narrow' : 'wide'
}

/** Follows the window's size from now on. */
export function followScreen(): void {
  measure()
  window.addEventListener('resize', measure)
}

export function setZoom(zoom: Zoom): void {
  document.documentElement.dataset.zoom = String(zoom)
  measure()
}
