// What a list asks the center for.
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import { askedBy, isNarrowed, useFilters, type Chosen } from './filter'

const nothing: Chosen = { stage: null, item: null, village: null }
beforeEach(() => setActivePinia(createPinia()))

test('the lists of work ask for their own stage, and only for what was imported', () => {
  expect(askedBy('review', nothing, '')).toEqual({ ...nothing, stage: 'submitted', text: '', listed_only: true })
  expect(askedBy('accepted', nothing, '')).toEqual({ ...nothing, stage: 'accepted', text: '', listed_only: true })
})
test('all cases are asked for by the stage that was chosen, imported or not', () => {
  const asked = askedBy('all', { stage: 'returned', item: 'DIBAO', village: '420703200209' }, ' wang ')
  expect(asked).toEqual({
    stage: 'returned',
    item: 'DIBAO',
    village: '420703200209',
    text: 'wang',
    listed_only: false,
  })
})
test('a stage that was chosen among all cases does not leak into the lists of work', () => {
  expect(askedBy('review', { ...nothing, stage: 'confirmed' }, '').stage).toBe('submitted')
})
test('blanks narrow nothing', () => {
  expect(isNarrowed(nothing, '  ')).toBe(false)
  expect(isNarrowed(nothing, 'w')).toBe(true)
  expect(isNarrowed({ ...nothing, item: 'SSC' }, '')).toBe(true)
})
test('clearing a list leaves the others as they are', () => {
  const filters = useFilters()
  filters.text = 'wang'
  filters.chosen.all.item = 'SSC'
  filters.chosen.review.item = 'DIBAO'
  filters.clear('all')
  expect(filters.text).toBe('')
  expect(filters.chosen.all.item).toBeNull()
  expect(filters.chosen.review.item).toBe('DIBAO')
})
