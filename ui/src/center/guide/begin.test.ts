import { expect, test } from 'vitest'
import { begunBy, codeOf, isCode, queryOf } from './begin'
import { partsOf } from './fields'

test('a code has capital letters, digits and underscores, a letter first', () => {
  expect(['BIANMINCHE', 'A2', 'YANGLAO_XFBT'].every(isCode)).toBe(true)
  expect(['A', '2A', 'a2', '便民车', 'A B', 'A'.repeat(25)].some(isCode)).toBe(false)
  expect(codeOf(' bianminche ')).toBe('BIANMINCHE')
})

test('an item comes out of the address as it went in, and the address of one that is there begins none', () => {
  const item = { code: 'BIANMINCHE', name: '便民车', department: '交通', category: 'life' }
  for (const bundle of [true, false]) {
    expect(begunBy('BIANMINCHE', queryOf({ ...item, bundle }))).toEqual({ ...item, bundle })
  }
  expect(begunBy('DIBAO', {})).toBe(null)
})

test('a bundle keeps the part for its items also while it has none', () => {
  const ids = (bundle: boolean) => partsOf({}, bundle ? { bundle: {} } : {}).map(({ id }) => id)
  expect([ids(true).includes('bundle'), ids(false).includes('bundle')]).toEqual([true, false])
})
