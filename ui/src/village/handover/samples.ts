// Hand-overs for tests.
import type { HandoverSheet, HandoverView } from '@/shared/bindings/desk'
import { caseRow } from '../case/samples'

export function handoverSheet(change: Partial<HandoverSheet> = {}): HandoverSheet {
  return {
    agent: { id: 'a2', name: '王春生' },
    is_me: false,
    others: [{ id: 'a1', name: '余秀兰' }],
    cases: [caseRow({ standing: 'received' })],
    drafts: 2,
    due: 5,
    overdue: 1,
    ...change,
  }
}

export function handoverView(change: Partial<HandoverView> = {}): HandoverView {
  return {
    line: { id: 'h1', from: '王春生', to: '余秀兰', at: '2026-11-26T10:42:00+08:00', village: '大湖村', cases: 3 },
    witness: '李主任',
    cases: [caseRow({ standing: 'received' })],
    stages: ['submitted'],
    drafts: 2,
    due: 5,
    overdue: 1,
    papers: [{ name: '余桂英的户口簿', copies: 2, original: false }],
    note: '钥匙一把',
    access_ended: true,
    signatures: [
      { signer: 'from', digest: 'd1' },
      { signer: 'to', digest: 'd2' },
      { signer: 'witness', digest: 'd3' },
    ],
    ...change,
  }
}
