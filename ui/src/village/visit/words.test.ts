import { expect, test } from 'vitest'
import { countOf, periodOf, withMet, withResult } from './words'

test('whom she met says how it ended, and the other way round', () => {
  expect(withMet(['a'], 'nobody')).toEqual({ met: ['a'], result: 'met' })
  expect(withMet([], 'met')).toEqual({ met: [], result: null })
  expect(withMet([], 'refused')).toEqual({ met: [], result: 'refused' })
  expect(withResult('away', ['a'])).toEqual({ met: [], result: 'away' })
  expect(withResult('met', ['a'])).toEqual({ met: ['a'], result: 'met' })
})

test('a count is whole and not below nothing', () => {
  expect(['12', '', '-3', '2.9', 'x', '99999'].map((typed) => countOf(typed))).toEqual([12, 0, 0, 2, 0, 10_000])
})

test('a time has its first and last day', () => {
  expect(periodOf('month', '2026-11-28')).toEqual({ from: '2026-11-01', to: '2026-11-28' })
  expect(periodOf('last_month', '2026-03-31')).toEqual({ from: '2026-02-01', to: '2026-02-28' })
  expect(periodOf('last_month', '2026-01-05')).toEqual({ from: '2025-12-01', to: '2025-12-31' })
  expect(periodOf('year', '2026-01-05')).toEqual({ from: '2026-01-01', to: '2026-01-05' })
})
