// How fast a file goes up.
import { expect, test } from 'vitest'
import { makeSpeed, minutesLeft } from './speed'

test('the speed is that of the last seconds, and unknown at first', () => {
  const speed = makeSpeed()
  expect(speed.note(0, 0)).toBeNull()
  expect(speed.note(500, 500)).toBeNull()
  expect(speed.note(2000, 1000)).toBe(2000)
  // A pause: what lies further back does not count.
  expect(speed.note(3000, 20_000)).toBeNull()
  expect(speed.note(4000, 21_000)).toBe(1000)
  speed.forget()
  expect(speed.note(9000, 22_000)).toBeNull()
})

test('the time that is left is said in whole minutes, or not at all', () => {
  expect(minutesLeft(90_000, 1000)).toBe(2)
  expect(minutesLeft(1, 1000)).toBe(1)
  expect(minutesLeft(90_000, null)).toBeNull()
  expect(minutesLeft(90_000, 0)).toBeNull()
})
