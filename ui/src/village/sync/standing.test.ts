import { expect, test } from 'vitest'
import type { SyncState } from '@/shared/bindings/desk'
import { standingOf } from './standing'

const IDLE: SyncState = {
  running: false,
  pending_entries: 0,
  pending_cases: 0,
  pending_photos: 0,
  refused: 0,
  progress: null,
  last_success_at: '2026-11-25T16:12:00+08:00',
  last_problem: null,
  photos_wait: null,
  by_itself: true,
  new_forms: 0,
  clock_ahead_seconds: 0,
  center: '临江乡便民服务中心',
  address: '127.0.0.1:8443',
}
const name = (change: Partial<SyncState>) => standingOf({ ...IDLE, ...change }).name
const problem = (code: string) => ({ code, facts: {}, at: '2026-11-26T10:42:00+08:00' })

test('all received is said only when nothing waits at all', () => {
  expect(name({})).toBe('all_received')
  expect(name({ pending_photos: 1 })).toBe('photos')
  expect(name({ pending_entries: 1 })).toBe('records')
  expect(name({ pending_entries: 1, pending_cases: 1 })).toBe('waiting')
})
test('no network is told apart from a run that stopped for another reason', () => {
  expect(name({ pending_cases: 2, pending_entries: 4, last_problem: problem('center_unreachable') })).toBe('offline')
  expect(name({ pending_cases: 2, pending_entries: 4, last_problem: problem('laptop_refused') })).toBe('stopped')
})
test('a run under way tells how far it is, whatever went wrong before', () => {
  const progress = {
    entries: 3,
    entries_received: 3,
    photos: 9,
    photos_received: 1,
    bytes: 9,
    bytes_sent: 1,
    bytes_per_second: 1,
  }
  expect(standingOf({ ...IDLE, running: true, progress, last_problem: problem('disk_full') })).toEqual({
    name: 'moving',
    mark: '↑',
    numbers: { done: 4, total: 12 },
  })
})
test('no case is counted where none waits', () => {
  expect(name({ pending_entries: 2, last_problem: problem('center_unreachable') })).toBe('offline_kept')
  expect(name({ pending_photos: 2, last_problem: problem('disk_full') })).toBe('stopped_kept')
})
test('a laptop without a center says so first', () => {
  expect(name({ center: null, pending_cases: 3 })).toBe('not_enrolled')
})
