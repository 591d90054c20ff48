// Times of laptops in words, and the time a code has left.
import { expect, test } from 'vitest'
import { ago, codeLines, countdown, goodUntil, skew } from './time'

const now = Date.parse('2026-11-26T12:00:00+08:00')
const before = (minutes: number) => new Date(now - minutes * 60_000).toISOString()

test('how long ago a laptop was heard of', () => {
  expect(ago(null, now)).toBeNull()
  expect(ago(before(1), now)).toEqual({ key: 'ago.now', n: 0 })
  expect(ago(before(-3), now)).toEqual({ key: 'ago.now', n: 0 })
  expect(ago(before(59), now)).toEqual({ key: 'ago.minutes', n: 59 })
  expect(ago(before(60 * 23), now)).toEqual({ key: 'ago.hours', n: 23 })
  expect(ago(before(60 * 24 * 8), now)).toEqual({ key: 'ago.days', n: 8 })
})
test('a clock that is right says nothing, a wrong one says by how much', () => {
  expect(skew(null)).toBeNull()
  expect(skew(59)).toBeNull()
  expect(skew(180)).toEqual({ key: 'skew.fast_minutes', n: 3 })
  expect(skew(-3 * 3600)).toEqual({ key: 'skew.slow_hours', n: 3 })
  expect(skew(-3 * 86400)).toEqual({ key: 'skew.slow_days', n: 3 })
})
test('a code counts down to nothing and no further', () => {
  expect(countdown(now + 545_000, now)).toBe('9:05')
  expect(countdown(now + 400, now)).toBe('0:01')
  expect(countdown(now, now + 5000)).toBe('0:00')
})
test('a code is good for ten minutes also where the browser’s clock is wrong', () => {
  expect(goodUntil(new Date(now + 590_000).toISOString(), now)).toBe(now + 590_000)
  expect(goodUntil(new Date(now - 3_600_000).toISOString(), now)).toBe(now + 600_000)
  expect(goodUntil(new Date(now + 3_600_000).toISOString(), now)).toBe(now + 600_000)
})
test('a code breaks between its groups, and says that it goes on', () => {
  expect(codeLines('BB1-AAAAA-BBBBB-CCCCC-DD', 2)).toEqual(['BB1-AAAAA-', 'BBBBB-CCCCC-', 'DD'])
})
