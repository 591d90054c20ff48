// Keys of a screen: single letters and marks, never while someone types.
import { onBeforeUnmount, onMounted } from 'vue'

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.tagName === 'TEXTAREA' || target.tagName === 'SELECT') return true
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'file'].includes(target.type)
}

/** A dialog that was closed may still stand in the page, without a place in it. */
export function isUnderDialog(): boolean {
  return [...document.querySelectorAll('[aria-modal="true"]')].some((dialog) => dialog.getClientRects().length > 0)
}

/** A function key writes nothing. */
const FUNCTION_KEY = /^F\d+$/

/** `useKeys({ n: newCase, Escape: back })`: letters in lower case; not while typing (function keys then too), not under a dialog. */
export function useKeys(keys: Record<string, (event: KeyboardEvent) => void>): void {
  function press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented) return
    if (isUnderDialog()) return
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key
    if (isTyping(event.target) && !FUNCTION_KEY.test(name)) {
      // The first Escape leaves the field, the next one the screen.
      if (name === 'Escape') (event.target as HTMLElement).blur()
      return
    }
    const act = keys[name]
    if (!act) return
    event.preventDefault()
    act(event)
  }
  onMounted(() => window.addEventListener('keydown', press))
  onBeforeUnmount(() => window.removeEventListener('keydown', press))
}

/** `useControlKeys({ l: lock })`: with Ctrl (or ⌘), everywhere: while typing and under a dialog too. */
export function useControlKeys(keys: Record<string, () => void>): void {
  function press(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.repeat) return
    const act = keys[event.key.toLowerCase()]
    if (!act) return
    event.preventDefault()
    act()
  }
  onMounted(() => window.addEventListener('keydown', press, true))
  onBeforeUnmount(() => window.removeEventListener('keydown', press, true))
}
