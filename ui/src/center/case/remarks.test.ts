// Remarks are kept until they are sent, and go as one notice in the order of the form.
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import { LONGEST_TEXT, noticeOf, useRemarks } from './remarks'

const order = ['/data/person/name', '/data/person/address', 'material/id_card']
beforeEach(() => setActivePinia(createPinia()))

test('a notice follows the form, then the materials, then what has no place in them', () => {
  const remarks = useRemarks()
  remarks.write('case', 'photo/ab', 'Photo', 'glare')
  remarks.write('case', 'material/id_card', 'Identity card', 'back side missing')
  remarks.write('case', '/data/person/address', 'Address', ' group? ')
  remarks.write('case', '/data/person/name', 'Name', 'wrong character')
  expect(noticeOf(remarks.of('case'), order)).toEqual([
    { path: '/data/person/name', label: 'Name', text: 'wrong character' },
    { path: '/data/person/address', label: 'Address', text: 'group?' },
    { path: 'material/id_card', label: 'Identity card', text: 'back side missing' },
    { path: 'photo/ab', label: 'Photo', text: 'glare' },
  ])
})
test('what says nothing does not go', () => {
  const remarks = useRemarks()
  remarks.write('case', '/data/person/name', 'Name', '  ')
  expect(noticeOf(remarks.of('case'), order)).toEqual([])
  expect(remarks.unsent).toBe(0)
})
test('remarks of a case stay while another one is read, and end when they are sent', () => {
  const remarks = useRemarks()
  remarks.write('one', '/data/person/name', 'Name', 'a')
  remarks.of('two').note = 'b'
  expect(remarks.unsent).toBe(2)
  remarks.clear('one')
  expect(remarks.unsent).toBe(1)
  expect(remarks.of('one').remarks.size).toBe(0)
})
test('a remark is no longer than the center takes', () => {
  const remarks = useRemarks()
  remarks.write('case', '/data/person/name', 'Name', 'x'.repeat(LONGEST_TEXT + 5))
  expect(noticeOf(remarks.of('case'), order)[0]?.text).toHaveLength(LONGEST_TEXT)
})
test('the form’s own reasons are written once, and never over what is written', () => {
  const remarks = useRemarks()
  const invalid = [
    { path: '/data/person/name', label: 'Name', reason: 'must be given' },
    { path: '/data/person/address', label: 'Address', reason: 'too short' },
  ]
  remarks.write('case', '/data/person/name', 'Name', 'see the card')
  remarks.offer('case', 'first', invalid)
  const texts = () => noticeOf(remarks.of('case'), order).map(({ text }) => text)
  expect(texts()).toEqual(['see the card', 'too short'])
  remarks.drop('case', '/data/person/address')
  remarks.offer('case', 'first', invalid)
  expect(texts()).toEqual(['see the card'])
  remarks.offer('case', 'second', invalid)
  expect(texts()).toEqual(['see the card', 'too short'])
})
test('a line that is being written stays in sight while it is empty, and goes not', () => {
  const remarks = useRemarks()
  remarks.write('case', '/data/person/name', 'Name', '')
  expect(noticeOf(remarks.of('case'), order, '/data/person/name')).toHaveLength(1)
  expect(noticeOf(remarks.of('case'), order)).toEqual([])
})
test('the same person finds her remarks after signing in again, another one does not', () => {
  const remarks = useRemarks()
  remarks.begin('li')
  remarks.write('case', '/data/person/name', 'Name', 'a')
  remarks.begin('li')
  expect(remarks.unsent).toBe(1)
  remarks.begin('wang')
  expect(remarks.unsent).toBe(0)
})
