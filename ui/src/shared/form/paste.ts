// Pasting into a field: the text is cleaned below, by the rule that the whole program has, and put where the cursor is.
import { useTools } from './acts'
import { cleanedAs, type FormNode } from './node'

/** Without a tool that cleans, pasting is the browser's own. */
export function usePaste(field: () => FormNode, answer: (text: string) => void): (event: ClipboardEvent) => void {
  const { clean } = useTools()
  return (event) => {
    const box = event.target as HTMLInputElement | HTMLTextAreaElement
    const pasted = event.clipboardData?.getData('text/plain')
    if (!clean || !pasted || box.disabled) return
    event.preventDefault()
    const put = (text: string) => {
      box.setRangeText(text, box.selectionStart ?? 0, box.selectionEnd ?? box.value.length, 'end')
      answer(box.value)
    }
    // What cannot be cleaned is put in as it came: nothing that was pasted is lost.
    clean(pasted, cleanedAs(field())).then(put, () => put(pasted))
  }
}
