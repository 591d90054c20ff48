import { expect, test } from 'vitest'
import type { PublicationLine } from '../../shared/bindings/console'
import { holding } from './publications'

const line = (number: number, more: Partial<PublicationLine>): PublicationLine => ({
  number,
  card: false,
  local: false,
  form: false,
  version: '',
  scope: '',
  published_at: '2026-11-26T08:00:00Z',
  published_by: '陈立',
  again: true,
  ...more,
})

test('of each kind the newest holds, in each place by itself', () => {
  const lines = [
    line(6, { local: true, scope: '420703200' }),
    line(5, { form: true, version: '2' }),
    line(4, { card: true }),
    line(3, { card: true, form: true, version: '1' }),
    line(2, { local: true, scope: '420703200' }),
    line(1, { local: true, scope: '420703201' }),
  ]
  expect([...holding(lines)].sort()).toEqual([1, 4, 5, 6])
})

test('of calendars the newest holds', () => {
  expect([...holding([line(1, {}), line(7, {})])]).toEqual([7])
})
