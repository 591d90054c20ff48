// The size of the type and what the window's width allows: set as attributes of the root, for CSS to follow.
import { readonly, ref } from 'vue'

export type Zoom = 100 | 125 | 150

const NARROW_BELOW_REM = 64

const narrow = ref(false)
/** Whether there is room for few columns only. */
export const isNarrow = readonly(narrow)

function measure(): void {
  const root = document.documentElement
  const rem = Number.parseFloat(getComputedStyle(root).fontSize) || 16
  narrow.value = window.innerWidth / rem < NARROW_BELOW_REM
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
