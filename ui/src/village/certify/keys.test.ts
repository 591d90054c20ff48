import { expect, test } from 'vitest'
import type { Seen } from '@/shared/bindings/desk'
import { nextOpen, NOTHING, pressed, seenOf, stepTo, wantingOf, type Choice, type Round, type Wanting } from './keys'
import { certRow, certWritten } from './samples'

const TODAY = '2026-11-29'
const ROUND: Round = { day: TODAY, by: 'village', name: ' 王主任 ', consent: 'v1', sensitive: 'v2' }
const after = (keys: string, more: Partial<Choice> = {}) => ({ ...[...keys].reduce(pressed, NOTHING), ...more })
const seen = (change: Partial<Seen>): Seen => ({
  method: 'visit',
  result: 'passed',
  met: true,
  met_by: 'village',
  met_by_name: '王主任',
  day: TODAY,
  receipt: '',
  exception: '',
  paper_seen: true,
  consent_text: 'v1',
  consent_sensitive_text: 'v2',
  ...change,
})
/** Nobody to ask. */
const unasked = { consent_text: '', consent_sensitive_text: '' }
const unseen = { met: false, met_by: '', met_by_name: '', paper_seen: false }

test.each<[string, Partial<Choice>, Partial<Seen>]>([
  ['1p', {}, {}],
  ['1d', {}, { result: 'pending' }],
  ['2p', {}, { method: 'face', paper_seen: false }],
  ['3d', {}, { method: 'window', result: 'pending', paper_seen: false }],
  ['4p', {}, { method: 'comparison', ...unseen }],
  ['1x', { exception: ' 照片对不上 ' }, { result: 'not_passed', exception: '照片对不上' }],
  [
    '5',
    { exception: '电话打不通' },
    { method: null, result: 'unreachable', ...unseen, ...unasked, exception: '电话打不通' },
  ],
  [
    '6',
    { exception: '邻居说已去世' },
    { method: null, result: 'abnormal', ...unseen, ...unasked, exception: '邻居说已去世' },
  ],
  ['1pr', { receipt: ' A-2026-0001 ' }, { receipt: 'A-2026-0001' }],
  // Whichever comes first; the last one holds.
  ['p1', {}, {}],
  ['1x3p', { exception: '写错的' }, { method: 'window', paper_seen: false }],
  [
    '1pr4x',
    { receipt: 'A-1111', exception: '查无' },
    { method: 'comparison', result: 'not_passed', ...unseen, exception: '查无' },
  ],
])('the keys %s tell the ledger what was seen', (keys, more, change) => {
  expect(seenOf(after(keys, more), ROUND, TODAY)).toEqual(seen(change))
})

test.each<[string, Partial<Choice>, Partial<Round>, Wanting]>([
  ['', {}, {}, 'way'],
  ['p', {}, {}, 'way'],
  ['1', {}, {}, 'outcome'],
  ['1p5', { exception: '没人' }, {}, 'outcome'],
  ['5', {}, {}, 'exception'],
  ['6', { exception: '  ' }, {}, 'exception'],
  ['2x', {}, {}, 'exception'],
  ['1pr', { receipt: '回执一号' }, {}, 'receipt'],
  ['1p', {}, { day: '2026-11-30' }, 'day'],
  ['1p', {}, { day: '' }, 'day'],
  ['3p', {}, { name: ' ' }, 'name'],
  ['1p', {}, { consent: '' }, 'consent'],
  ['4p', {}, { sensitive: '' }, 'sensitive'],
])('after the keys %s something is wanting', (keys, more, round, wanting) => {
  const choice = keys === '1p5' ? pressed(after(keys, more), '1') : after(keys, more)
  expect(wantingOf(choice, { ...ROUND, ...round }, TODAY)).toBe(wanting)
  expect(seenOf(choice, { ...ROUND, ...round }, TODAY)).toBeNull()
})

test('who was not met needs no name; a receipt is asked for only where something was handed in', () => {
  expect(wantingOf(after('4p'), { ...ROUND, name: '' }, TODAY)).toBeNull()
  for (const keys of ['r', '1r', '5r', '1xr']) expect(after(keys).receipt).toBeNull()
  expect(after('1pr').receipt).toBe('')
})

test('a key that means nothing here changes nothing', () => {
  const choice = after('5')
  for (const key of ['p', 'd', 'x', 'r', '0', '8', 'a']) expect(pressed(choice, key)).toBe(choice)
})

test('the cursor goes to who is left: below first, then from the top', () => {
  const done = certWritten()
  const rows = [certRow('a'), certRow('b', { written: done }), certRow('c'), certRow('d', { written: done })]
  expect(nextOpen(rows, null)).toBe('a')
  expect(nextOpen(rows, 'a')).toBe('c')
  expect(nextOpen(rows, 'c')).toBe('a')
  expect(nextOpen([certRow('a', { written: certWritten({ result: 'unreachable', done: false }) })], 'a')).toBe('a')
  expect(nextOpen([certRow('a', { written: done })], 'a')).toBe('a')
  expect(nextOpen([], null)).toBeNull()
  expect([stepTo(rows, 'a', -1), stepTo(rows, 'a', 1), stepTo(rows, 'd', 1)]).toEqual(['a', 'b', 'd'])
  expect(stepTo([], null, 1)).toBeNull()
})
