// A notice on its way: what is missing by the item's checklist, and lines of one's own. Pure.
import type { CaseView, Remark, RemarkLine } from '../../shared/bindings/console'
import { OTHER } from '../../shared/notice/sheet'

export interface NoticeDraft {
  /** Stable while the list is changed. */
  key: number
  path: string
  label: string
  text: string
  /** Whether it came from the checklist. */
  given: boolean
}
export interface Target {
  path: string
  label: string
}

let made = 0
export function draftOf({ path, label, text }: RemarkLine, otherwise: (name: string) => string): NoticeDraft {
  made += 1
  return { key: made, path, label, text: text.trim() || otherwise(label), given: true }
}
export function emptyDraft(): NoticeDraft {
  made += 1
  return { key: made, path: '', label: '', text: '', given: false }
}

/** What a line of one's own may be about: a material, another paper, or an answer of the form. */
export function targetsOf(
  view: Pick<CaseView, 'materials' | 'fields'>,
  other: string,
): { materials: Target[]; answers: Target[] } {
  const materials = view.materials.map(({ id, name }) => ({ path: `material/${id}`, label: name }))
  const answers = view.fields
    .filter(({ group, path }) => !group && path.startsWith('/data/'))
    .map(({ path, label, row }) => ({ path, label: row === null ? label : `${label} ${row}` }))
  return { materials: [...materials, { path: OTHER, label: other }], answers }
}

/** What goes: lines that say something about something. */
export function sentOf(drafts: NoticeDraft[]): Remark[] {
  return drafts
    .filter(({ path, text }) => path !== '' && text.trim() !== '')
    .map(({ path, text }) => ({ path, text: text.trim() }))
}
