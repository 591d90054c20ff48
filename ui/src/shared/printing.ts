// A sheet is put beside the page, given to the system's own print dialog, and taken away again.
import { nextTick, ref } from 'vue'

export function usePrinting() {
  const printing = ref(false)
  async function print(): Promise<void> {
    printing.value = true
    await nextTick()
    // A picture that is still on its way would be missing on the paper; one that cannot be shown is.
    const pictures = [...document.querySelectorAll<HTMLImageElement>('.paper img')]
    await Promise.allSettled(pictures.map((picture) => picture.decode()))
    window.addEventListener('afterprint', () => (printing.value = false), { once: true })
    window.print()
  }
  return { printing, print }
}
