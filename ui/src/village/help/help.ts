// Whether the help stands beside the screens; it stays there from screen to screen until it is closed.
import { defineStore } from 'pinia'
import { ref } from 'vue'
import { useKeys } from '@/shared/keys'

export const useHelp = defineStore('help', () => {
  const isOpen = ref(false)
  return {
    isOpen,
    toggle: () => (isOpen.value = !isOpen.value),
    close: () => (isOpen.value = false),
  }
})

/** F1 everywhere; the question mark, as a Chinese keyboard writes it too, where nothing is typed. */
export function useHelpKeys(toggle: () => void): void {
  const once = (event: KeyboardEvent) => void (event.repeat || toggle())
  useKeys({ F1: once, '?': once, '？': once })
}
