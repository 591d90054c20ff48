// A question as the screen asks it: which control fits its kind and appearance. Nothing of the form is computed here.
import type { FieldView } from '../bindings/desk'

export type FormNode = FieldView

/** What one control is given; what it says comes back as the event `answer`. */
export interface AnswerProps {
  id: string
  field: FormNode
  value: string
  /** It is only read at present. */
  still: boolean
  describedBy?: string
}

export type Control =
  | 'line'
  | 'lines'
  | 'range'
  | 'date'
  | 'time'
  | 'moment'
  | 'radios'
  | 'likert'
  | 'select'
  | 'checks'
  | 'rank'
  | 'acknowledge'
  | 'point'
  | 'picture'
  | 'drawing'
  | 'file'

const RADIOS_UP_TO = 5
/** Asked to lie open, choices do so up to here; beyond, a list that is searched is quicker. */
const OPEN_UP_TO = 12

/** Numbers that name something: of a person, a card, a telephone. */
const CODES = ['numbers', 'id-number', 'phone', 'bank-card']

export function isCode(field: FormNode): boolean {
  return field.masked || field.kind === 'barcode' || CODES.some((word) => appearances(field).has(word))
}

export function appearances(field: Pick<FormNode, 'appearance'>): Set<string> {
  return new Set(field.appearance.toLowerCase().split(/\s+/).filter(Boolean))
}

/** Whether its answer only names what is kept apart: a picture, a recording, a film, a file. */
export function isKeptApart(field: Pick<FormNode, 'kind'>): boolean {
  return ['image', 'audio', 'video', 'file'].includes(field.kind)
}

function choiceControl(field: FormNode, asked: Set<string>): Control {
  const many = field.choices?.length ?? 0
  // What has a picture or a sound is chosen by it.
  const told = field.choices?.some((choice) => Object.keys(choice.media).length > 0) ?? false
  if (field.kind === 'select_multiple') return asked.has('minimal') || many > 2 * OPEN_UP_TO ? 'select' : 'checks'
  if (asked.has('likert') && many <= OPEN_UP_TO) return 'likert'
  if (asked.has('minimal') || asked.has('autocomplete') || asked.has('search')) return 'select'
  const open = [...asked].some((word) => /^(quick|quickcompact|horizontal|columns|compact)/.test(word))
  return many <= (open || told ? OPEN_UP_TO : RADIOS_UP_TO) ? 'radios' : 'select'
}

/** The control that a question is answered with. */
export function controlOf(field: FormNode): Control {
  const asked = appearances(field)
  switch (field.kind) {
    case 'select_one':
    case 'select_multiple':
      return choiceControl(field, asked)
    case 'text':
      return asked.has('multiline') ? 'lines' : 'line'
    case 'geotrace':
    case 'geoshape':
      return 'lines'
    case 'geopoint':
      return 'point'
    case 'date_time':
      return 'moment'
    case 'image':
      return ['signature', 'draw', 'annotate'].some((word) => asked.has(word)) ? 'drawing' : 'picture'
    case 'audio':
    case 'video':
    case 'file':
      return 'file'
    case 'range':
    case 'rank':
    case 'acknowledge':
    case 'date':
    case 'time':
      return field.kind
    default:
      return 'line'
  }
}

/** How a text that is pasted into it is cleaned: as a number, as a number that names something, as a line or as lines. */
export function cleanedAs(field: FormNode): 'number' | 'code' | 'line' | 'lines' {
  if (field.kind === 'integer' || field.kind === 'decimal' || field.kind === 'range') return 'number'
  if (isCode(field)) return 'code'
  return controlOf(field) === 'lines' ? 'lines' : 'line'
}

/** An answer in the words of its choices, for reading and for paper. */
export function readable(field: FormNode): string {
  const label = (name: string) => field.choices?.find((choice) => choice.name === name)?.label ?? name
  if (field.kind === 'select_one') return label(field.value)
  if (field.kind === 'select_multiple') return field.value.split(' ').filter(Boolean).map(label).join('、')
  if (field.kind === 'rank') return field.value.split(' ').filter(Boolean).map(label).join(' → ')
  if (field.kind === 'acknowledge') return field.value ? '✓' : ''
  if (field.kind === 'date_time') return field.value.slice(0, 16).replace('T', ' ')
  if (field.kind === 'time') return field.value.slice(0, 5)
  return field.value
}
