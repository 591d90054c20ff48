import { expect, test } from 'vitest'
import { pinFlaw } from './pin'

test('what is too short or easily guessed is said while she types', () => {
  expect(pinFlaw('')).toBe('short')
  expect(pinFlaw('1357924')).toBe('short')
  expect(pinFlaw('13579a46')).toBe('digits')
  expect(pinFlaw('88888888')).toBe('same')
  expect(pinFlaw('12345678')).toBe('run')
  expect(pinFlaw('98765432')).toBe('run')
  expect(pinFlaw('27182818')).toBeNull()
})
