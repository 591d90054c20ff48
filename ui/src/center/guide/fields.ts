// How a card is laid out on the screen: its parts, their fields and rows. Words for a key stand in i18n as `card.<key>`.
export type FieldKind =
  | 'line'
  | 'long'
  | 'lines'
  | 'date'
  | 'number'
  | 'flag'
  | 'certainty'
  | 'choice'
  | 'choices'
  | 'item'
  | 'items'
  | 'stage'

export interface Field {
  key: string
  kind: FieldKind
  /** Which words it chooses from, as `EditorView.words` names them. */
  words?: string
  /** Whether it may also be said in English. */
  english?: boolean
  /** Takes the whole width. */
  wide?: boolean
  /** Cannot be changed. */
  fixed?: boolean
  /** Has a hint, `card.hint.<key>`. */
  hint?: boolean
}
export interface Rows {
  /** Where the rows stand: `limits.statutory`. */
  key: string
  /** The field that names a row. */
  title: string
  fields: Field[]
  /** What a new row begins with. */
  blank: Record<string, unknown>
}
export interface Part {
  id: string
  fields: Field[]
  rows: Rows[]
}

const line = (key: string, more: Partial<Field> = {}): Field => ({ key, kind: 'line', ...more })
const both = (key: string, kind: FieldKind = 'line', more: Partial<Field> = {}): Field => ({
  key,
  kind,
  english: true,
  ...more,
})
const certainty: Field = { key: 'certainty', kind: 'certainty' }
const limits = (key: string): Rows => ({
  key,
  title: 'name',
  blank: { day_kind: 'workday', certainty: 'sure' },
  fields: [
    both('name'),
    { key: 'days', kind: 'number' },
    { key: 'day_kind', kind: 'choice', words: 'day_kind' },
    { key: 'stage', kind: 'stage' },
    { key: 'from', kind: 'choice', words: 'limit_from' },
    { key: 'whole', kind: 'flag' },
    { key: 'first', kind: 'flag' },
    certainty,
  ],
})

export const PARTS: Part[] = [
  {
    id: 'basic',
    rows: [],
    fields: [
      both('name'),
      both('short_name'),
      both('department'),
      { key: 'category', kind: 'choice', words: 'category' },
      { key: 'valid_from', kind: 'date' },
      { key: 'valid_to', kind: 'date', hint: true },
      { key: 'keywords', kind: 'lines', hint: true },
      line('code', { fixed: true }),
    ],
  },
  {
    id: 'handling',
    rows: [],
    fields: [
      both('applicant', 'long', { wide: true }),
      both('receiving_place', 'long'),
      both('responsible_place', 'long'),
      both('deciding_body', 'long'),
      { key: 'authority', kind: 'choice', words: 'authority' },
      { key: 'level', kind: 'choices', words: 'level', wide: true },
      { key: 'tags', kind: 'choices', words: 'tags', wide: true },
      { key: 'service_ways', kind: 'choices', words: 'service_ways', wide: true },
      both('channels', 'lines'),
      { key: 'related', kind: 'items' },
      both('steps', 'lines', { wide: true, hint: true }),
    ],
  },
  {
    id: 'agent',
    rows: [],
    fields: [
      both('agent_does', 'long', { wide: true }),
      both('agent_must_not', 'lines', { wide: true, hint: true }),
      both('assisted_words', 'line', { hint: true }),
      both('consequence'),
      both('watch', 'long', { wide: true }),
    ],
  },
  {
    id: 'basis',
    fields: [],
    rows: [
      {
        key: 'basis',
        title: 'text',
        blank: { certainty: 'sure' },
        fields: [{ key: 'text', kind: 'long', wide: true }, certainty],
      },
    ],
  },
  {
    id: 'limits',
    rows: [limits('limits.statutory'), limits('limits.promised')],
    fields: [
      { key: 'review_cycle.kind', kind: 'choice', words: 'cycle' },
      { key: 'review_cycle.months', kind: 'number' },
      both('review_cycle.text', 'line', { wide: true }),
      { key: 'review_cycle.certainty', kind: 'certainty' },
    ],
  },
  {
    id: 'stages',
    fields: [],
    rows: [
      {
        key: 'stages',
        title: 'name',
        blank: { by: 'township' },
        fields: [
          both('name'),
          { key: 'by', kind: 'choice', words: 'by' },
          line('id', { hint: true }),
          both('note', 'line', { wide: true }),
          { key: 'parallel', kind: 'flag' },
          { key: 'pauses_clock', kind: 'flag' },
        ],
      },
    ],
  },
  {
    id: 'materials',
    fields: [],
    rows: [
      {
        key: 'materials',
        title: 'name',
        blank: { required: true },
        fields: [
          both('name'),
          line('id', { hint: true }),
          { key: 'kind', kind: 'choice', words: 'paper_kind' },
          { key: 'obtained', kind: 'choice', words: 'obtained' },
          { key: 'required', kind: 'flag' },
          { key: 'picture', kind: 'flag' },
          { key: 'valid_months', kind: 'number' },
          line('when', { hint: true, wide: true }),
          both('note', 'line', { wide: true }),
        ],
      },
    ],
  },
  {
    id: 'eligibility',
    fields: [],
    rows: [
      {
        key: 'eligibility',
        title: 'hint',
        blank: { certainty: 'local' },
        fields: [both('hint', 'line', { wide: true }), line('rule', { wide: true, hint: true }), certainty],
      },
    ],
  },
  {
    id: 'fixed',
    fields: [],
    rows: [
      {
        key: 'fixed_answers',
        title: 'name',
        blank: {},
        fields: [line('name', { hint: true }), line('value', { hint: true })],
      },
    ],
  },
  {
    id: 'closed',
    rows: [],
    fields: [
      { key: 'closed.from', kind: 'date', hint: true },
      line('closed.source'),
      both('closed.reason', 'long', { wide: true }),
    ],
  },
  {
    id: 'register',
    fields: [
      { key: 'register.title', kind: 'lines', hint: true },
      { key: 'register.columns', kind: 'lines', hint: true },
      { key: 'register.keep', kind: 'lines', hint: true },
      line('register.day', { hint: true }),
      { key: 'register.person', kind: 'flag' },
      { key: 'register.case', kind: 'flag' },
      { key: 'register.number', kind: 'flag' },
      { key: 'register.sealed', kind: 'flag', hint: true },
      { key: 'register.page', kind: 'lines', hint: true },
      line('register.guide', { hint: true }),
      line('register.next_day', { hint: true }),
      line('register.open.state', { hint: true }),
      { key: 'register.open.done', kind: 'lines' },
      line('register.open.by'),
      { key: 'register.open.as', kind: 'choice', words: 'open_as', hint: true },
      line('register.open.every', { hint: true }),
      { key: 'register.roll.of', kind: 'choice', words: 'roll_of', hint: true },
      { key: 'register.roll.then', kind: 'lines', hint: true },
      line('register.roll.two.question', { hint: true }),
      { key: 'register.roll.two.is', kind: 'lines' },
      line('register.category.as', { hint: true }),
      line('register.category.basis'),
      line('register.category.from'),
      line('register.category.to'),
      line('register.uncounted.question', { hint: true }),
      { key: 'register.uncounted.is', kind: 'lines' },
    ],
    rows: [
      {
        key: 'register.counts',
        title: 'counter',
        blank: { counter: 'served' },
        fields: [
          { key: 'counter', kind: 'choice', words: 'counter' },
          line('of', { hint: true }),
          line('when.question'),
          { key: 'when.is', kind: 'lines' },
        ],
      },
    ],
  },
  {
    id: 'bundle',
    fields: [],
    rows: [
      {
        key: 'bundle.items',
        title: 'code',
        blank: {},
        fields: [{ key: 'code', kind: 'item' }, { key: 'ticked', kind: 'flag' }, both('note', 'line', { wide: true })],
      },
    ],
  },
]

/** What only something has that is asked for. */
const ITEM_KEYS = ['limits', 'stages', 'materials', 'eligibility', 'review_cycle']

/** The parts that a card has: only a bundle has items, only a form is answered. What `held` has stays while it is emptied. */
export function partsOf(card: Record<string, unknown>, held: Record<string, unknown> = {}): Part[] {
  const has = (key: string) => key in card || key in held
  const there = (id: string) => {
    if (id === 'bundle') return has('bundle')
    // A form of which nothing else is said yet may be made a register; what is an item already is none by mistake.
    if (id === 'register')
      return has('register') || ('form' in card && !has('bundle') && !ITEM_KEYS.some((key) => key in card))
    return id !== 'fixed' || 'form' in card
  }
  return PARTS.filter(({ id }) => there(id))
}
/** The part that a cell stands in. */
export function partOf(cell: string): string {
  const top = (key: string) => key.split(/[.[]/)[0] ?? key
  const wanted = top(cell).replace(/_en$/, '')
  const found = PARTS.find(({ fields, rows }) => [...fields, ...rows].some(({ key }) => top(key) === wanted))
  return found?.id ?? 'basic'
}
