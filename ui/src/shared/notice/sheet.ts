// The lines of a 一次性告知单: what lacks, and what the guide says of each paper. Pure.
import type { GuideMaterial, RemarkLine } from '../bindings/desk'

/** Another paper than those of the checklist. */
export const OTHER = 'material/other'

export interface SheetLine {
  label: string
  /** What is asked. */
  text: string
  /** 原件 or 复印件; '' is a place to write on. */
  kind: string
  copies: string
  from: string
}

export function sheetLines(
  missing: RemarkLine[],
  materials: Pick<GuideMaterial, 'id' | 'kind' | 'asked' | 'obtained'>[],
  t: (key: string) => string,
): SheetLine[] {
  const known = new Map(materials.map((material) => [`material/${material.id}`, material]))
  return missing.map(({ path, label, text }) => {
    const name = path === OTHER ? t('notice.other') : label || path
    const isPaper = path.startsWith('material/')
    const says = text && text !== label ? text : t(isPaper ? 'notice.paper.to_submit' : 'notice.paper.to_fill')
    if (!isPaper) return { label: name, text: says, kind: '—', copies: '—', from: t('notice.paper.asked') }
    const paper = known.get(path)
    if (!paper) return { label: name, text: says, kind: '', copies: '', from: '' }
    const from = paper.asked ? t('notice.paper.asked') : paper.obtained
    return { label: name, text: says, kind: paper.kind, copies: '1', from }
  })
}
