import { expect, test } from 'vitest'
import {
  changedKeys,
  holdersOf,
  listAt,
  numberOf,
  rowsAt,
  textAt,
  told,
  withoutRow,
  withRow,
  withRowMoved,
  withValue,
  type Card,
} from './card'
import { PARTS, partOf, partsOf } from './fields'

const card: Card = {
  code: 'GAOLING',
  keywords: ['老年钱'],
  limits: { statutory: [{ name: '审核', days: 10 }] },
  materials: [{ id: 'id_card', name: '身份证', unknown: 1 }, { id: 'bank_card' }],
  future: { kept: true },
}

test('cells are read as the check names them, rows from one', () => {
  expect(textAt(card, 'materials[1].name')).toBe('身份证')
  expect(textAt(card, 'limits.statutory[1].days')).toBe('10')
  expect(textAt(card, 'materials[9].name')).toBe('')
  expect(listAt(card, 'keywords')).toEqual(['老年钱'])
  expect(rowsAt(card, 'limits.promised')).toEqual([])
})

test('a change is a new card, and what is not touched stays as it came, unknown keys too', () => {
  const changed = withValue(card, 'materials[1].name', '居民身份证')
  expect(rowsAt(changed, 'materials')[0]).toEqual({ id: 'id_card', name: '居民身份证', unknown: 1 })
  expect(textAt(card, 'materials[1].name')).toBe('身份证')
  expect(changed.future).toBe(card.future)
  expect(changedKeys(card, changed)).toEqual(['materials'])
})

test('an empty value takes its key away, and a table that says nothing any more goes too', () => {
  const closed = withValue(withValue(card, 'closed.from', '2027-01-01'), 'closed.reason', '停办')
  expect(closed.closed).toEqual({ from: '2027-01-01', reason: '停办' })
  const open = withValue(withValue(closed, 'closed.from', ''), 'closed.reason', '')
  expect('closed' in open).toBe(false)
  expect(changedKeys(card, open)).toEqual([])
  // A row stays a row, so that findings keep their numbers.
  expect(rowsAt(withValue(card, 'materials[2].id', ''), 'materials')).toHaveLength(2)
})

test('half a condition is none, and a register of which nothing is said is none', () => {
  const plain: Card = { code: 'DJ', form: 'form.xlsx' }
  const begun = withRow(plain, 'register.counts', { counter: 'served' })
  const answered = withValue(begun, 'register.counts[1].when.is', ['yes'])
  expect(told(answered)).toEqual(begun)
  const whole = withValue(answered, 'register.counts[1].when.question', 'kind')
  expect(told(whole)).toBe(whole)
  expect(textAt(whole, 'register.counts[1].when.question')).toBe('kind')
  expect(rowsAt(whole, 'register.counts')).toEqual([{ counter: 'served', when: { is: ['yes'], question: 'kind' } }])
  expect(withValue(withValue(whole, 'register.counts[1].when.question', ''), 'register.counts[1].when.is', [])).toEqual(
    begun,
  )

  // A row that was emptied stays a row while anything else is said.
  const emptied = withValue(begun, 'register.counts[1].counter', '')
  expect(rowsAt(emptied, 'register.counts')).toEqual([{}])
  expect(told(emptied)).toEqual(plain)
  expect(told(withoutRow(begun, 'register.counts', 0))).toEqual(plain)
  const titled = withValue(emptied, 'register.title', ['name'])
  expect(told(titled)).toBe(titled)
  expect(told(withValue(titled, 'register.title', []))).toEqual(plain)
  const dated = withValue(withValue(plain, 'register.open.state', 'state'), 'register.person', true)
  expect(withValue(withValue(dated, 'register.open.state', ''), 'register.person', false)).toEqual(plain)
  expect(told({ ...plain, register: {} })).toEqual(plain)
  expect(told(card)).toBe(card)
})

test('rows are added, moved and removed', () => {
  const added = withRow(card, 'limits.promised', { day_kind: 'workday' })
  expect(rowsAt(added, 'limits.promised')).toEqual([{ day_kind: 'workday' }])
  const moved = withRowMoved(card, 'materials', 0, 1)
  expect(rowsAt(moved, 'materials').map((row) => row.id)).toEqual(['bank_card', 'id_card'])
  expect(withRowMoved(card, 'materials', 1, 1)).toBe(card)
  expect(rowsAt(withoutRow(card, 'materials', 0), 'materials')).toEqual([{ id: 'bank_card' }])
})

test('what is no number stays as it was typed, for the check to speak of', () => {
  expect(numberOf(' 15 ')).toBe(15)
  expect(numberOf('十五')).toBe('十五')
  expect(numberOf('')).toBe('')
})

test('a finding without a field of its own is shown at what holds it', () => {
  expect(holdersOf('materials[2].id')).toEqual(['materials[2].id', 'materials[2]', 'materials'])
  expect(holdersOf('steps[3]')).toEqual(['steps[3]', 'steps'])
  expect(holdersOf('4:12')).toEqual(['4:12'])
})

test('every cell stands in a part; a bundle alone has a part for its items', () => {
  expect(partOf('limits.promised[1].days')).toBe('limits')
  expect(partOf('review_cycle.months')).toBe('limits')
  expect(partOf('name_en')).toBe('basic')
  expect(partOf('form')).toBe('basic')
  expect(partsOf(card).map(({ id }) => id)).not.toContain('bundle')
  for (const cell of ['register', 'register.columns[1]', 'register.counts[2].when.question', 'register.open.by']) {
    expect(partOf(cell)).toBe('register')
  }
  expect(partsOf({ form: 'form.xlsx' }).map(({ id }) => id)).toContain('register')
  // It stays while it is emptied; what is an item already is none by mistake.
  const item = { form: 'form.xlsx', materials: [] }
  expect(partsOf(item).map(({ id }) => id)).not.toContain('register')
  expect(partsOf(item, { ...item, register: {} }).map(({ id }) => id)).toContain('register')
  expect(partsOf(item, { bundle: {} }).map(({ id }) => id)).toContain('bundle')
  // No bundle is a register.
  expect(partsOf({ bundle: {}, form: 'form.xlsx' })).toHaveLength(PARTS.length - 1)
})
