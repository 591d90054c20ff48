// Cases for tests.
import type { CaseRow, CaseView, ConsentTexts } from '@/shared/bindings/desk'
import { node } from '@/shared/form/samples'
import { NO_HANDLING } from './handling'

export const CONSENT_TEXTS: ConsentTexts = {
  version: '2026-11',
  text: '要收集您的姓名',
  sensitive_text: '还要用到身份证照片',
}

export function caseRow(change: Partial<CaseRow> = {}): CaseRow {
  return {
    id: 'c1',
    item: 'DIBAO',
    item_name: '低保',
    person: null,
    standing: 'draft',
    assisted_words: null,
    revision: 0,
    photos: 0,
    pending_photos: 0,
    has_draft: true,
    returned: null,
    village: '大湖村',
    opened_at: '2026-11-26T09:00:00+08:00',
    submitted_at: null,
    received_at: null,
    accepted_at: null,
    decided_at: null,
    due: null,
    mode: '',
    channel: '',
    outside_no: '',
    green: false,
    late: null,
    ...change,
  }
}

const field = (path: string, value: string) => node(path, 'text', { label: path, value, required: true })
/** A case of which a question and a material are missing. */
export function caseView(change: Partial<CaseView> = {}): CaseView {
  const row: CaseRow = caseRow()
  return {
    row,
    can_edit: true,
    draft_saved_at: '2026-11-26T10:42:00+08:00',
    form: [field('/data/name', '余桂英'), field('/data/reason', '')],
    repeats: [],
    handling: { ...NO_HANDLING },
    consents: { text: false, sensitive_text: false },
    consent_texts: CONSENT_TEXTS,
    materials: [
      {
        id: 'book',
        name: '户口簿',
        required: true,
        picture: true,
        ask: 'asked',
        photos: [],
        remark: null,
        seen: false,
        issued: null,
        until: null,
        expires: false,
      },
    ],
    photos: [],
    hindrances: [
      { path: '/data/reason', label: '申请理由', message: '这一项必须填写' },
      { path: 'material/book', label: '户口簿', message: '' },
    ],
    agent_does: '',
    agent_must_not: [],
    revisions: [],
    returns: [],
    decision: null,
    history: [],
    conflicts: [],
    late_changes: [],
    settled: [],
    clock: null,
    authority_runs_out: null,
    can_withdraw: false,
    withdrawn: null,
    withdrawal_lost: null,
    notices: [],
    missing: [],
    can_notice: false,
    doubles: [],
    bundle: null,
    ...change,
  }
}
