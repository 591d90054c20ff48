import { expect, test } from 'vitest'
import type { RepairedKind, RepairReport } from '@/shared/bindings/desk'
import { countsOf, lostOf } from './report'

const kind = (name: RepairedKind['kind'], missing: number, fromFile = 0): RepairedKind => ({
  kind: name,
  from_file: fromFile,
  from_copy: 0,
  at_center: 0,
  missing,
})
const report = { kinds: [kind('own_entries', 2, 90), kind('drafts', 0), kind('photos', 1)] } as RepairReport

test('what is missing anywhere is counted, and of what there never was any nothing is said', () => {
  expect(lostOf(report)).toBe(3)
  expect(countsOf(report).map((one) => one.kind)).toEqual(['own_entries', 'photos'])
})
