import { expect, test } from 'vitest'
import type { VisitNotes } from '@/shared/bindings/desk'
import { EMPTY_NOTES, isDayGood } from '../../visit/words'
import { rollRow } from '../samples'
import {
  canTurn,
  choiceOfKey,
  choicesOf,
  COLUMNS,
  differing,
  dueOf,
  filledDown,
  isDueGood,
  lateDay,
  membersOf,
  metOf,
  moved,
  newestCompanions,
  notesOf,
  saidOf,
  textOf,
  tickedBy,
  typedIn,
  typedSince,
  withMember,
  type Caret,
  type Column,
  type Place,
} from './cells'

const TODAY = '2026-11-28'
const noted = (change: Partial<VisitNotes> = {}): VisitNotes => ({ ...EMPTY_NOTES, ...change })
const at = (row: number, column: number): Place => ({ row, column })
const caret = (start: number, end: number, length: number): Caret => ({ start, end, length })

test.each<[string, Place, Caret | null, Place | null]>([
  ['ArrowDown', at(0, 3), caret(1, 1, 4), at(1, 3)],
  ['ArrowUp', at(1, 3), caret(1, 1, 4), at(0, 3)],
  ['ArrowUp', at(0, 3), null, null],
  ['ArrowDown', at(2, 3), null, null],
  ['ArrowRight', at(0, 0), null, at(0, 1)],
  ['ArrowRight', at(0, 3), caret(1, 1, 4), null],
  ['ArrowRight', at(0, 3), caret(4, 4, 4), at(0, 4)],
  ['ArrowRight', at(0, 3), caret(0, 4, 4), at(0, 4)],
  ['ArrowRight', at(0, 3), caret(1, 4, 4), null],
  ['ArrowRight', at(0, COLUMNS.length - 1), caret(0, 0, 0), null],
  ['ArrowLeft', at(0, 3), caret(0, 0, 4), at(0, 2)],
  ['ArrowLeft', at(0, 3), caret(0, 4, 4), at(0, 2)],
  ['ArrowLeft', at(0, 3), caret(2, 2, 4), null],
  ['ArrowLeft', at(0, 0), null, null],
  ['Enter', at(0, 5), null, at(1, 0)],
  ['Enter', at(2, 5), null, null],
  ['a', at(0, 5), null, null],
])('%s from %o with %o leads to %o of three rows', (key, from, where, to) => {
  expect(moved(from, key, where, 3)).toEqual(to)
})

test.each<[Column, string, string | null]>([
  ['result', '1', 'met'],
  ['result', '2', 'nobody'],
  ['result', '3', 'refused'],
  ['result', '4', 'away'],
  ['result', '5', null],
  ['result', 'Delete', ''],
  ['need_kind', '9', 'dispute'],
  ['need_kind', '0', 'advice'],
  ['need_kind', '-', 'other'],
  ['need_urgency', '3', 'urgent'],
  ['leaflets', '1', null],
  ['note', 'Delete', null],
])('in %s the key %s chooses %s', (column, key, choice) => {
  expect(choiceOfKey(column, key)).toBe(choice)
})

test('无申请能力 is ticked by a key and taken away by another, and stands in its cell as a text', () => {
  expect([tickedBy('1', false), tickedBy('1', true), tickedBy(' ', false)]).toEqual([true, false, true])
  expect([tickedBy('Delete', true), tickedBy('Backspace', false), tickedBy('2', false)]).toEqual([false, false, null])
  expect(typedIn('cannot_apply', 'true')).toEqual({ cannot_apply: true })
  expect(typedIn('cannot_apply', '')).toEqual({ cannot_apply: false })
  expect(textOf(noted({ cannot_apply: true }), null, 'cannot_apply')).toBe('true')
  expect(textOf(noted({ cannot_apply: true }), { cannot_apply: false }, 'cannot_apply')).toBe('')
  expect(differing(noted(), { cannot_apply: false })).toBeNull()
  expect(differing(noted(), { cannot_apply: true })).toEqual({ cannot_apply: true })
})

test('a need that is recorded and open can become a case', () => {
  const row = (visit: string | null, change: Partial<VisitNotes>) => ({
    row: rollRow('h1', { visit, notes: noted(change) }),
    typed: null,
  })
  expect(canTurn(row('v1', { need: '想办低保' }))).toBe(true)
  expect(canTurn(row(null, { need: '想办低保' }))).toBe(false)
  expect(canTurn(row('v1', { need: ' ' }))).toBe(false)
  expect(canTurn(row('v1', { need: '想办低保', need_outcome: '已办' }))).toBe(false)
  expect(canTurn({ row: rollRow('h1'), typed: null })).toBe(false)
  const typed = { need_outcome: '村里已修好' }
  expect(canTurn({ ...row('v1', { need: '修路' }), typed }), 'she writes what came of it').toBe(false)
})

test('the columns of a need stand as on the sheet of paper', () => {
  const paper = ['need_answer', 'need_office', 'need_due', 'need_outcome', 'follow_up', 'companions', 'note']
  expect(COLUMNS.slice(COLUMNS.indexOf('need_answer'))).toEqual(paper)
})

test('what came of a need and what was asked again later are texts like the others', () => {
  expect(typedIn('need_outcome', ' 已修好 ')).toEqual({ need_outcome: ' 已修好 ' })
  expect(textOf(noted({ follow_up: '满意' }), null, 'follow_up')).toBe('满意')
  const row = rollRow('h1', { notes: noted({ result: 'met', need: '修路' }) })
  const sent = notesOf(row, { need_outcome: ' 已修好 ', follow_up: ' 满意 ' }, TODAY)
  expect(sent).toMatchObject({ need: '修路', need_outcome: '已修好', follow_up: '满意' })
  expect(differing(row.notes, { need_outcome: ' ' })).toBeNull()
})

test('every choice has a key of its own', () => {
  for (const column of ['result', 'need_kind', 'need_urgency'] as const) {
    const keys = choicesOf(column).map(({ key }) => key)
    expect(new Set(keys.filter(Boolean)).size, column).toBe(keys.length)
  }
})

test.each<[string[], number, number, { rows: number[]; text: string } | null]>([
  [['met', '', ''], 1, 1, { rows: [1], text: 'met' }],
  [['met', 'away', ''], 1, 1, { rows: [1], text: 'met' }],
  [['met', '', '', ''], 0, 2, { rows: [1, 2], text: 'met' }],
  [['met', '', '', ''], 1, 3, { rows: [1, 2, 3], text: 'met' }],
  [['', '', ''], 1, 1, null],
  [['', 'met'], 1, 1, null],
  [['met', ''], 0, 0, null],
])('of %o the rows %i to %i are filled: %o', (texts, from, to, filled) => {
  expect(filledDown(texts, from, to)).toEqual(filled)
})

test('what is typed stands over what is recorded, as far as it differs', () => {
  const notes = noted({ result: 'met', leaflets: 2, note: '身体好' })
  expect(textOf(notes, null, 'leaflets')).toBe('2')
  expect(textOf(notes, { leaflets: 0 }, 'leaflets')).toBe('')
  expect(textOf(notes, { result: null }, 'result')).toBe('')
  expect(typedIn('leaflets', '１2份')).toEqual({ leaflets: 12 })
  expect(typedIn('result', '')).toEqual({ result: null })
  expect(typedIn('need', ' 修路')).toEqual({ need: ' 修路' })
  expect(differing(notes, { note: '身体好 ', leaflets: 2 })).toBeNull()
  expect(differing(notes, { note: '身体差', leaflets: 2 })).toEqual({ note: '身体差' })
  expect(differing(null, { result: null, need: '' })).toBeNull()
  expect(typedSince({ result: 'met', need: '修路' }, { result: 'met', need: '修' })).toEqual({ need: '修路' })
  expect(typedSince({ result: 'met' }, { result: 'met' })).toBeNull()
})

test('a row sends everything that was noted of it, with what was typed', () => {
  const notes = noted({ result: 'met', met: ['p1'], need: '修路', need_answer: '已答复', companions: '王主任' })
  const row = rollRow('h1', { notes })
  expect(notesOf(row, { leaflets: 3, note: ' 身体好 ' }, TODAY)).toEqual({ ...notes, leaflets: 3, note: '身体好' })
  expect(notesOf(row, { result: 'away' }, TODAY)?.met, 'nobody was met where nobody was').toEqual([])
  expect(notesOf(row, { result: null }, TODAY)).toBeNull()
  const people = [{ id: 'p1', name: '余桂英', gone: false }]
  expect(notesOf(rollRow('h2', { people }), { result: 'met' }, TODAY)?.met, 'who lives alone').toEqual(['p1'])
  const two = [...people, { id: 'p2', name: '余大山', gone: false }]
  expect(notesOf(rollRow('h3', { people: two }), { result: 'met' }, TODAY)?.met, 'of two nobody knows which').toEqual(
    [],
  )
  expect(notesOf(rollRow('h2'), { leaflets: 3 }, TODAY)).toBeNull()
})

test('who was met is ticked by keys; who left is offered no more', () => {
  const people = ['余桂英', '余大山', '余小山'].map((name, at) => ({ id: `p${at + 1}`, name, gone: at === 2 }))
  const row = rollRow('h1', { people })
  expect(membersOf({ row, typed: null }).map(({ key, name, on }) => [key, name, on])).toEqual([
    ['1', '余桂英', false],
    ['2', '余大山', false],
  ])
  const one = withMember(row, null, 'p2')
  expect(one, 'whoever met somebody met somebody').toEqual({ met: ['p2'], result: 'met' })
  const two = { ...one, ...withMember(row, one, 'p1') }
  expect(two).toEqual({ met: ['p2', 'p1'], result: 'met' })
  const none = { ...two, ...withMember(row, two, 'p1'), ...withMember(row, one, 'p2') }
  expect(none, 'the result stays').toEqual({ met: [], result: 'met' })
  expect(metOf(row, { ...two, result: 'nobody' }), 'nobody was met where nobody was').toEqual([])
  const notes = noted({ result: 'met', met: ['p3'] })
  expect(membersOf({ row: rollRow('h1', { people, notes }), typed: null })).toHaveLength(3)
  expect(differing(notes, { met: ['p3'] })).toBeNull()
  expect(differing(notes, { met: [] })).toEqual({ met: [] })
  expect(typedSince({ met: ['p1'] }, { met: ['p1'] })).toBeNull()
  expect(textOf(notes, null, 'met')).toBe('p3')
  expect(typedIn('met', '余桂英'), 'not by name').toEqual({})
})

test.each<[string, string, boolean]>([
  ['', '', true],
  ['20261220', '2026-12-20', true],
  ['12-20', '2026-12-20', true],
  ['12月20日', '2026-12-20', true],
  ['１２．２０', '2026-12-20', true],
  ['11-28', TODAY, true],
  ['11-27', '2027-11-27', true],
  ['2-29', '2-29', false],
  ['13-1', '13-1', false],
  ['下周', '下周', false],
])('the deadline "%s" is %s', (typed, due, good) => {
  expect(dueOf(typed, TODAY)).toBe(due)
  expect(isDueGood(typed, TODAY)).toBe(good)
})

test.each<[string, string | null, string]>([
  [TODAY, null, ''],
  ['2026-11-27', null, '2026-11-27'],
  // Begun at the door on another day: that day is said, or goes without saying.
  [TODAY, '2026-11-27T10:00:00+08:00', TODAY],
  ['2026-11-27', '2026-11-27T10:00:00+08:00', ''],
  ['2026-11-27', '2026-11-26T23:00:00Z', ''],
])('of the day %s a visit begun at %s says "%s"', (day, visited_at, said) => {
  expect(saidOf(rollRow('h1', { visited_at }), { day, companions: ' 王主任 ' }, TODAY)).toEqual({
    visited_on: said,
    companions: '王主任',
  })
})

test('补录 is what took place before it was begun here; no day lies ahead, nor years back', () => {
  const visited_at = '2026-11-28T20:00:00+08:00'
  const late = (visited_on: string) => lateDay(rollRow('h1', { visited_at, notes: noted({ visited_on }) }), TODAY)
  expect(late('2026-11-27')).toBe('2026-11-27')
  expect(late(TODAY)).toBeNull()
  expect(late('')).toBeNull()
  expect(lateDay(rollRow('h1'), TODAY)).toBeNull()
  expect(isDayGood(TODAY, TODAY)).toBe(true)
  expect(isDayGood('2026-11-29', TODAY)).toBe(false)
  expect(isDayGood('昨天', TODAY)).toBe(false)
  expect(isDayGood('2025-11-27', TODAY)).toBe(true)
  expect(isDayGood('2025-11-26', TODAY)).toBe(false)
})

test('who came along last is thought to come along again', () => {
  const row = (id: string, visited_at: string, companions: string) =>
    rollRow(id, { visited_at, notes: noted({ companions }) })
  expect(newestCompanions([])).toBe('')
  expect(
    newestCompanions([
      row('a', '2026-11-26T10:00:00+08:00', '王主任'),
      row('b', '2026-11-27T10:00:00+08:00', '李会计'),
      rollRow('c'),
    ]),
  ).toBe('李会计')
})
