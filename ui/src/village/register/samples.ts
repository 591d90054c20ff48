// Registers and lines for tests: nobody in them exists.
import type { LineRow, LineView, RegisterCard } from '@/shared/bindings/desk'
import { node } from '@/shared/form/samples'

export function registerCard(change: Partial<RegisterCard> = {}): RegisterCard {
  return {
    code: 'DJ_HUODONG',
    name: '活动登记簿',
    about: '登记村里办的活动',
    must_not: [],
    person: false,
    is_open: true,
    frozen: false,
    sealed: false,
    keeps: true,
    sheets: [],
    this_month: 2,
    lines: 14,
    newest: '2026-11-20',
    ...change,
  }
}

export function lineRow(change: Partial<LineRow> = {}): LineRow {
  return {
    id: 'l1',
    title: '义诊',
    number: '',
    day: '2026-11-20',
    late: null,
    cells: [],
    open: false,
    todo: null,
    runs_out: null,
    void: '',
    village: '大湖村',
    by: '余老师',
    pending: false,
    has_draft: false,
    is_recorded: true,
    steps: [],
    may_send: false,
    state: '',
    ...change,
  }
}

/** A draft of which a question is not answered. */
export function lineView(change: Partial<LineView> = {}): LineView {
  const field = (path: string, value: string) => node(path, 'text', { label: path, value, required: true })
  return {
    row: lineRow({ has_draft: true, is_recorded: false }),
    register: 'DJ_HUODONG',
    register_name: '活动登记簿',
    must_not: [],
    keeps: true,
    sheets: [],
    sealed: false,
    guide: '',
    has_roll: false,
    has_number: false,
    off_hours: null,
    after: null,
    case: null,
    village: '420704100201',
    person: null,
    visit: null,
    can_edit: true,
    draft_saved_at: '2026-11-26T10:42:00+08:00',
    form: [field('/data/name', '义诊'), field('/data/place', ''), field('/data/people', '')],
    repeats: [],
    photos: [],
    hindrances: [{ path: '/data/people', label: '参加人数', message: '这一项必须填写' }],
    history: [],
    conflicts: [],
    settled: [],
    ...change,
  }
}
