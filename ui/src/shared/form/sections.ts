// A form's flat list of nodes as sections to walk through: groups become sections, repeats become rows.
import type { RepeatView } from '../bindings/desk'
import type { FormNode } from './node'

export interface RepeatBlock {
  kind: 'repeat'
  path: string
  label: string
  /** As written in the workbook. */
  appearance: string
  fixed: boolean
  rows: { path: string; number: number; label: string; blocks: Block[] }[]
}
export interface GroupBlock {
  kind: 'group'
  path: string
  label: string
  blocks: Block[]
}
export type Block = { kind: 'field'; field: FormNode } | GroupBlock | RepeatBlock

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
export function isUnfinished(field: FormNode): boolean {
  if (field.kind === 'group' || field.kind === 'repeat' || field.kind === 'note') return false
  return field.problem !== null || (field.required && !field.read_only && field.value === '')
}

interface Outline {
  children: Map<string, FormNode[]>
  repeats: RepeatView[]
}

function blocksUnder(parent: string, outline: Outline): Block[] {
  const blocks: Block[] = []
  const begun = new Map<string, RepeatBlock>()
  const rows = (child: FormNode) => child.kind === 'repeat' && child.row !== null
  for (const child of outline.children.get(parent) ?? []) {
    if (child.kind === 'group') {
      blocks.push({ kind: 'group', path: child.path, label: child.label, blocks: blocksUnder(child.path, outline) })
    } else if (rows(child)) {
      const path = repeatOf(child.path)
      const block = begun.get(path) ?? beginRepeat(path, child.label, child.appearance, outline)
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
      blocks.push(beginRepeat(repeat.path, repeat.label, '', outline))
    }
  }
  return blocks
}

function beginRepeat(path: string, label: string, appearance: string, outline: Outline): RepeatBlock {
  const known = outline.repeats.find((repeat) => repeat.path === path)
  return { kind: 'repeat', path, label: known?.label ?? label, appearance, fixed: known?.fixed ?? false, rows: [] }
}

/** All fields below these blocks, in order. */
export function fieldsOf(blocks: Block[]): FormNode[] {
  return blocks.flatMap((block) => {
    if (block.kind === 'field') return [block.field]
    if (block.kind === 'group') return fieldsOf(block.blocks)
    return block.rows.flatMap((row) => fieldsOf(row.blocks))
  })
}

/** The sections of a form. Fields that stand outside every group share a section named `general`. */
export function sectionsOf(form: FormNode[], repeats: RepeatView[], general: string): Section[] {
  const known = new Set(form.filter((node) => node.kind === 'group' || node.kind === 'repeat').map((node) => node.path))
  const children = new Map<string, FormNode[]>()
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

export interface Progress {
  /** Questions that must be answered, and those that are, rightly. */
  asked: number
  answered: number
  /** Paths of what is empty or wrong, in the form's order. */
  open: string[]
}

/** How far a form is filled in. */
export function progressOf(sections: Section[]): Progress {
  const fields = sections.flatMap((section) => fieldsOf(section.blocks))
  const asked = fields.filter((field) => field.required && !field.read_only && field.kind !== 'note')
  return {
    asked: asked.length,
    answered: asked.filter((field) => !isUnfinished(field)).length,
    open: fields.filter(isUnfinished).map((field) => field.path),
  }
}

/** One line of a form that is read: a heading of a group or a row, or a question with its answer. */
export type Line =
  { kind: 'head'; path: string; label: string; number: number | null } | { kind: 'field'; field: FormNode }

/** Everything below these blocks, line by line. */
export function linesOf(blocks: Block[]): Line[] {
  return blocks.flatMap((block): Line[] => {
    if (block.kind === 'field') return [block]
    if (block.kind === 'group') {
      const head: Line[] = block.label ? [{ kind: 'head', path: block.path, label: block.label, number: null }] : []
      return [...head, ...linesOf(block.blocks)]
    }
    return block.rows.flatMap((row) => [
      { kind: 'head' as const, path: row.path, label: block.label, number: row.number },
      ...linesOf(row.blocks),
    ])
  })
}
