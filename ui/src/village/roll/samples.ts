// Rolls for tests: nobody in them exists.
import type { PersonCard, RollCandidate, RollRow, RollView, VisitView } from '@/shared/bindings/desk'
import { EMPTY_NOTES } from '../visit/words'

export function card(id: string, name: string): PersonCard {
  return {
    id,
    name,
    id_masked: '4207**********002X',
    phone_masked: '139****0000',
    age: 78,
    sex: '女',
    address: '大湖村3组12号',
    household_no: 'H03012',
    household: null,
    relation: '户主',
    whereabouts: { state: 'here', since: null, place: '' },
  }
}

export function rollRow(id: string, change: Partial<RollRow> = {}): RollRow {
  return {
    id,
    no: 1,
    name: `${id}户`,
    address: '大湖村3组12号',
    household_no: `H-${id}`,
    members: 3,
    people: [],
    person: null,
    state: 'waiting',
    note: '',
    visit: null,
    result: null,
    visited_at: null,
    notes: null,
    lacks_second: false,
    need: '',
    need_open: false,
    cases: 0,
    ...change,
  }
}
export function personRow(id: string, name: string, change: Partial<RollRow> = {}): RollRow {
  return rollRow(id, { name, person: card(id, name), members: 1, ...change })
}

export function rollView(rows: RollRow[], change: Partial<RollView> = {}): RollView {
  return {
    of: rows.some(({ person }) => person) ? 'people' : 'households',
    rows: rows.map((row, at) => ({ ...row, no: at + 1 })),
    can_edit: true,
    wants_two: false,
    after: null,
    following: [],
    may_follow: [],
    ...change,
  }
}

export function candidate(id: string, name: string, change: Partial<RollCandidate> = {}): RollCandidate {
  return {
    id,
    name,
    by: '',
    id_masked: '',
    household_no: '',
    address: '大湖村3组',
    on_roll: false,
    doubtful: false,
    ...change,
  }
}

/** A visit on a round that was begun and not recorded yet. */
export function visitView(id: string, household: string, round: string | null): VisitView {
  const house = { id: household, household_no: 'H03012', address: '大湖村3组12号' }
  return {
    visit: {
      id,
      household,
      household_no: house.household_no,
      address: house.address,
      head: `${household}户`,
      started_at: '2026-11-26T10:00:00+08:00',
      void: '',
      met: [],
      note: '',
      need: '',
      need_open: false,
      need_due: null,
      result: null,
      cases: 0,
      day: '2026-11-26',
      late: null,
      noted: '2026-11-26',
      round,
    },
    notes: { ...EMPTY_NOTES },
    further: [],
    wants_two: false,
    is_recorded: false,
    has_draft: true,
    draft_saved_at: null,
    household: { ...house, registered: [card('p1', '余桂英')], living_together: [], pages: [], open: [], settled: [] },
    cases: [],
    open: [],
    settled: [],
  }
}
