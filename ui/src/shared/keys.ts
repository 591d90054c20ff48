// Keys of a screen: single letters and marks, never while someone types.
import { onBeforeUnmount, onMounted } from 'vue'

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.tagName === 'TEXTAREA' || target.tagName === 'SELECT') return true
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'file'].includes(target.type)
}

/** `useKeys({ n: newCase, Escape: back })`: letters in lower case; not while typing (Escape always), not under a dialog. */
export function useKeys(keys: Record<string, (event: KeyboardEvent) => void>): void {
  function press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented) return
    if (document.querySelector('[aria-modal="true"]')?.checkVisibility?.() ?? false) return
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key
    if (name !== 'Escape' && isTyping(event.target)) return
    const act = keys[name]
    if (!act) return
    event.preventDefault()
    act(event)
  }
  onMounted(() => window.addEventListener('keydown', press))
  onBeforeUnmount(() => window.removeEventListener('keydown', press))
}
