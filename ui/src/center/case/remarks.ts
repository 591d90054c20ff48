// Remarks that are written and not yet sent: by case, in memory alone, so that leaving the screen loses none.
import { defineStore } from 'pinia'
import { computed, reactive } from 'vue'
import type { InvalidAnswer, Remark } from '../../shared/bindings/console'

/** A remark has at most so many characters; so has the note. */
export const LONGEST_TEXT = 2000

export interface Draft {
  remarks: Map<string, { label: string; text: string }>
  note: string
  /** What the form's own reasons were offered for, so that a reason which was dropped does not come back. */
  offered: Set<string>
}
export interface NoticeLine extends Remark {
  label: string
}

/** The notice as it would go: what says something (or is being written), in the order of the form, then of materials and
 * photos. */
export function noticeOf(draft: Draft, order: string[], written: string | null = null): NoticeLine[] {
  const place = (path: string) => (order.includes(path) ? order.indexOf(path) : order.length)
  return [...draft.remarks]
    .map(([path, { label, text }]) => ({ path, label, text: path === written ? text : text.trim() }))
    .filter((line) => line.text !== '' || line.path === written)
    .sort((one, other) => place(one.path) - place(other.path))
}

export const useRemarks = defineStore('remarks', () => {
  const drafts = reactive(new Map<string, Draft>())
  let writer = ''

  function of(id: string): Draft {
    const known = drafts.get(id)
    if (known) return known
    drafts.set(id, { remarks: new Map(), note: '', offered: new Set() })
    return drafts.get(id) as Draft
  }
  function write(id: string, path: string, label: string, text: string): void {
    of(id).remarks.set(path, { label, text: text.slice(0, LONGEST_TEXT) })
  }
  /** Writes the form's own reasons as remarks, each once a revision and where nothing is written yet. */
  function offer(id: string, revision: string, invalid: InvalidAnswer[]): void {
    const draft = of(id)
    for (const { path, label, reason } of invalid) {
      const about = `${revision} ${path}`
      if (!draft.offered.has(about) && !draft.remarks.get(path)?.text.trim()) write(id, path, label, reason)
      draft.offered.add(about)
    }
  }
  function drop(id: string, path: string): void {
    of(id).remarks.delete(path)
  }
  function clear(id: string): void {
    drafts.delete(id)
  }
  /** What one person wrote, another does not see. Says whether it is another one. */
  function begin(person: string): boolean {
    const isAnother = person !== writer
    if (isAnother) drafts.clear()
    writer = person
    return isAnother
  }
  function says(draft: Draft): boolean {
    return draft.note.trim() !== '' || [...draft.remarks.values()].some((remark) => remark.text.trim() !== '')
  }
  const unsent = computed(() => [...drafts.values()].filter(says).length)
  return { of, write, offer, drop, clear, begin, unsent }
})
