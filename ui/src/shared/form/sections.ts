// A form's flat list of nodes as sections to walk through: groups become sections, repeats become rows.
import type { FieldView, RepeatView } from '../bindings/desk'

export interface RepeatBlock {
  kind: 'repeat'
  path: string
  label: string
  fixed: boolean
  rows: { path: string; number: number; label: string; blocks: Block[] }[]
}
export interface GroupBlock {
  kind: 'group'
  path: string
  label: string
  blocks: Block[]
}
export type Block = { kind: 'field'; field: FieldView } | GroupBlock | RepeatBlock

export interface Section {
  path: string
  label: string
  blocks: Block[]
  /** Something asked for is empty or wrong. */
  unfinished: boolean
  /** The township said something of a field here. */
  remarked: boolean
}

/** The path of the repeat that a row belongs to: `/data/members[2]` → `/data/members`. */
export function repeatOf(row: string): string {
  return row.replace(/\[\d+\]$/, '')
}
function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'))
}
export function isUnfinished(field: FieldView): boolean {
  if (field.kind === 'group' || field.kind === 'repeat' || field.kind === 'note') return false
  return field.problem !== null || (field.required && !field.read_only && field.value === '')
}

interface Outline {
  children: Map<string, FieldView[]>
  repeats: RepeatView[]
}

function blocksUnder(parent: string, outline: Outline): Block[] {
  const blocks: Block[] = []
  const begun = new Map<string, RepeatBlock>()
  const rows = (child: FieldView) => child.kind === 'repeat' && child.row !== null
  for (const child of outline.children.get(parent) ?? []) {
    if (child.kind === 'group') {
      blocks.push({ kind: 'group', path: child.path, label: child.label, blocks: blocksUnder(child.path, outline) })
    } else if (rows(child)) {
      const path = repeatOf(child.path)
      const block = begun.get(path) ?? beginRepeat(path, child.label, outline)
      if (!begun.has(path)) {
        begun.set(path, block)
        blocks.push(block)
      }
      const number = child.row ?? block.rows.length + 1
      block.rows.push({ path: child.path, number, label: child.label, blocks: blocksUnder(child.path, outline) })
    } else if (child.kind !== 'repeat') {
      blocks.push({ kind: 'field', field: child })
    }
  }
  for (const repeat of outline.repeats) {
    if (repeat.parent === parent && !begun.has(repeat.path)) {
      blocks.push(beginRepeat(repeat.path, repeat.label, outline))
    }
  }
  return blocks
}

function beginRepeat(path: string, label: string, outline: Outline): RepeatBlock {
  const known = outline.repeats.find((repeat) => repeat.path === path)
  return { kind: 'repeat', path, label: known?.label ?? label, fixed: known?.fixed ?? false, rows: [] }
}

/** All fields below these blocks, in order. */
export function fieldsOf(blocks: Block[]): FieldView[] {
  return blocks.flatMap((block) => {
    if (block.kind === 'field') return [block.field]
    if (block.kind === 'group') return fieldsOf(block.blocks)
    return block.rows.flatMap((row) => fieldsOf(row.blocks))
  })
}

/** The sections of a form. Fields that stand outside every group share a section named `general`. */
export function sectionsOf(form: FieldView[], repeats: RepeatView[], general: string): Section[] {
  const known = new Set(form.filter((node) => node.kind === 'group' || node.kind === 'repeat').map((node) => node.path))
  const children = new Map<string, FieldView[]>()
  for (const node of form) {
    const row = node.kind === 'repeat' && node.row !== null
    // A row may name its repeat as its parent; it stands where the repeat stands.
    const named = row && node.parent === repeatOf(node.path) ? parentOf(node.parent) : node.parent
    const parent = known.has(named) ? named : ''
    children.set(parent, [...(children.get(parent) ?? []), node])
  }
  // What hangs on nothing that is shown hangs on the root.
  const outline: Outline = {
    children,
    repeats: repeats.map((repeat) => (known.has(repeat.parent) ? repeat : { ...repeat, parent: '' })),
  }
  const sections: Section[] = []
  for (const block of blocksUnder('', outline)) {
    if (block.kind === 'group') {
      sections.push({ path: block.path, label: block.label, blocks: block.blocks, unfinished: false, remarked: false })
      continue
    }
    const last = sections.at(-1)
    if (last?.path === '') last.blocks.push(block)
    else sections.push({ path: '', label: general, blocks: [block], unfinished: false, remarked: false })
  }
  for (const section of sections) {
    const fields = fieldsOf(section.blocks)
    section.unfinished = fields.some(isUnfinished)
    section.remarked = fields.some((field) => field.remark !== null)
  }
  return sections
}
