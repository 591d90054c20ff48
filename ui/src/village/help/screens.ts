// The screens that have a help, with the keys of each. What it says stands in i18n under `help.<screen>`.

/** Keys as `KeyHint` takes them, and the word for what they do. */
export type KeyLine = [keys: string, word: string]

const ROWS: KeyLine = ['↑ ↓', 'hint.rows']
const OPEN: KeyLine = ['Enter', 'hint.open']
const BACK: KeyLine = ['Esc', 'act.back']

export const SCREENS = {
  today: [ROWS, ['Enter', 'help.key.act']],
  people: [ROWS, OPEN],
  person: [BACK],
  doubled: [ROWS, ['Enter', 'help.key.act'], BACK],
  roster: [],
  fill: [ROWS, ['Space', 'sheet.hint.toggle'], ['Ctrl Enter', 'sheet.find_pasted']],
  visits: [ROWS, OPEN],
  household: [BACK],
  visit: [['Z', 'help.key.turn'], ['S', 'visit.leaflet'], ['Ctrl ↑ ↓', 'help.key.door'], BACK],
  cases: [ROWS, OPEN],
  case: [['Tab', 'hint.next_field'], ['Ctrl V', 'help.key.paste'], BACK],
  registers: [ROWS, OPEN],
  register: [ROWS, OPEN, ['A', 'line.begin'], BACK],
  line: [['Ctrl Enter', 'line.record'], ['0 … 8', 'help.key.state'], BACK],
  grid: [
    ['1 … 4', 'grid.hint.choose'],
    ['Enter', 'grid.hint.enter'],
    ['↑ ↓ ← →', 'help.key.cells'],
    ['Ctrl D', 'grid.hint.fill'],
    ['Shift ↓', 'grid.hint.mark'],
    ['Esc', 'grid.hint.take_back'],
  ],
  figures: [],
  due: [ROWS, ['Enter', 'help.key.act']],
  due_list: [],
  certify: [
    ROWS,
    ['1 … 7', 'certify.column.way'],
    ['P D X', 'certify.column.outcome'],
    ['R', 'help.key.receipt'],
    ['Enter', 'help.key.record'],
    ['Esc', 'help.key.clear'],
  ],
  compare: [],
  radar: [ROWS],
  guides: [ROWS],
  sync: [ROWS, OPEN],
  settings: [],
  handover: [],
  handover_record: [],
  enrol: [['Enter', 'help.key.enrol']],
  sign_in: [['Enter', 'help.key.sign_in']],
  make: [],
} satisfies Record<string, KeyLine[]>

export type HelpName = keyof typeof SCREENS

/** On every screen once the ledger is open. */
export const EVERYWHERE: KeyLine[] = [
  ['/', 'hint.search'],
  ['N', 'hint.new_case'],
  ['Ctrl L', 'frame.lock'],
  ['F1', 'help.key.help'],
]
/** So many things are told of a screen at least and at most. */
export const STEPS = { least: 3, most: 6 }
/** What is told once of every screen. */
const PARTS = ['title', 'for', 'kept', 'wrong']

/** The keys of its steps, as far as there are words for them. */
export function stepsOf(screen: HelpName, has: (key: string) => boolean): string[] {
  const all = Array.from({ length: STEPS.most }, (_, at) => `help.${screen}.do.${at + 1}`)
  const end = all.findIndex((key) => !has(key))
  return end < 0 ? all : all.slice(0, end)
}

/** What a screen's help lacks: keys without words. */
export function lackingOf(screen: HelpName, has: (key: string) => boolean): string[] {
  const steps = Array.from({ length: STEPS.least }, (_, at) => `do.${at + 1}`)
  const told = [...PARTS, ...steps].map((part) => `help.${screen}.${part}`)
  const keys = [...SCREENS[screen], ...EVERYWHERE].map(([, word]) => word)
  return [...told, ...keys].filter((key) => !has(key))
}

declare module 'vue-router' {
  interface RouteMeta {
    /** Whose help is shown there. */
    help?: HelpName
  }
}
