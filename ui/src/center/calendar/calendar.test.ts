import { expect, test } from 'vitest'
import { laidOver, spansOf, withLocalDays, yearsIn } from './calendar'

const held = JSON.stringify({
  years: { 2025: { holidays: [] }, 2026: { holidays: [] } },
  local_days_off: ['2026-04-19'],
})

test('a brought year comes beside those that hold, and local days off stay', () => {
  const brought = JSON.stringify({ years: { 2027: { holidays: [{ date: '2027-01-01' }] } } })
  const file = JSON.parse(laidOver(held, brought)) as { years: object; local_days_off: string[] }
  expect(Object.keys(file.years)).toEqual(['2025', '2026', '2027'])
  expect(file.local_days_off).toEqual(['2026-04-19'])
  expect(yearsIn(brought)).toEqual(['2027'])
})

test('local days off that a file names take the place of those that hold', () => {
  const brought = JSON.stringify({ years: { 2026: {} }, local_days_off: [] })
  expect((JSON.parse(laidOver(held, brought)) as { local_days_off: string[] }).local_days_off).toEqual([])
})

test('what is no calendar goes to the center as it is, which says so', () => {
  for (const text of ['no json', '[]', '{"a":1}', '{"years":null}']) expect(laidOver(held, text)).toBe(text)
  expect(yearsIn('no json')).toEqual([])
})

test('local days off stand in order, each once', () => {
  const file = JSON.parse(withLocalDays(held, ['2026-05-04', '2026-04-19', '2026-05-04'])) as {
    years: object
    local_days_off: string[]
  }
  expect(file.local_days_off).toEqual(['2026-04-19', '2026-05-04'])
  expect(Object.keys(file.years)).toEqual(['2025', '2026'])
})

test('days one after the other are one span, over the end of a month too', () => {
  expect(spansOf(['2026-10-02', '2026-10-01', '2026-09-30', '2026-01-01'])).toEqual([
    ['2026-01-01', '2026-01-01'],
    ['2026-09-30', '2026-10-02'],
  ])
})
