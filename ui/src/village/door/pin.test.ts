import { expect, test } from 'vitest'
import { foldDigits, leastDigits, pinFlaw } from './pin'

test('k1_without a keyring a PIN is longer', () => {
  expect(leastDigits(true)).toBe(8)
  expect(leastDigits(false)).toBe(10)
  expect(pinFlaw('27182818', leastDigits(true))).toBeNull()
  expect(pinFlaw('271828182', leastDigits(false))).toBe('short')
  expect(pinFlaw('2718281825', leastDigits(false))).toBeNull()
  expect(pinFlaw('12345678', leastDigits(false)), 'what is easily guessed is said first').toBe('run')
})

test.each([
  ['', 'short'],
  ['1357924', 'short'],
  ['１３５７９２４', 'short'],
  ['88888888', 'same'],
  ['12345678', 'run'],
  ['98765432', 'run'],
  ['１２３４５６７８', 'run'],
  ['27182818', null],
  [' ２７１８２８１８ ', null],
])('digits: %j is %j', (pin, flaw) => {
  expect(pinFlaw(pin, 8)).toBe(flaw)
})

test.each([
  ['13579a46', 'mixed'],
  ['2718 2818', 'mixed'],
  ['大湖', 'one_word'],
  ['lake', 'one_word'],
  ['大湖 稻谷 老槐树', 'few_words'],
  ['大湖 稻谷 老槐树 大湖', 'few_words'],
  ['大湖 稻谷 老槐树 井', 'few_words'],
  ['lake rice tree ox', 'few_words'],
  ['Lake lake rice tree', 'few_words'],
  ['大湖 稻谷 老槐树 石桥', null],
  ['大湖　稻谷　 老槐树 石桥 ', null],
  ['lake rice tree bridge', null],
  ['lake 稻谷 tree 石桥', null],
])('words: %j is %j', (pin, flaw) => {
  for (const least of [8, 10]) expect(pinFlaw(pin, least)).toBe(flaw)
})

test('full-width digits are digits', () => {
  expect(foldDigits('０１２-３４５６７８９a')).toBe('012-3456789a')
})
