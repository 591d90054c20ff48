import { expect, test } from 'vitest'
import { emptyCode, groupFits, isWhole, misheardGroups, paste, typeInto } from './recovery'
import { SAMPLE_CODE } from './samples'

const groups = SAMPLE_CODE.split(' ')

test('k1_every wrong digit of a group is noticed where it stands', () => {
  for (const [group, text] of groups.entries()) {
    expect(groupFits(group, text), text).toBe(true)
    for (let at = 0; at < 5; at++) {
      for (let digit = 0; digit < 10; digit++) {
        const heard = text.slice(0, at) + digit + text.slice(at + 1)
        expect(groupFits(group, heard), heard).toBe(heard === text)
      }
    }
  }
})

test('k1_two exchanged neighbours and exchanged groups are noticed', () => {
  for (const [group, text] of groups.entries()) {
    for (let at = 0; at < 4; at++) {
      const heard = text.slice(0, at) + text[at + 1] + text[at] + text.slice(at + 2)
      if (heard !== text) expect(groupFits(group, heard), heard).toBe(false)
    }
    for (let other = 0; other < 7; other++) {
      if (other !== group) expect(groupFits(other, text), `${text} at ${other}`).toBe(false)
    }
  }
})

test('a group that is not complete is neither right nor wrong', () => {
  expect(groupFits(0, groups[0]?.slice(0, 4) ?? '')).toBe(false)
  expect(misheardGroups([groups[0]?.slice(0, 4) ?? '', ...groups.slice(1)])).toEqual([])
  expect(misheardGroups(['11111', ...groups.slice(1)])).toEqual([0])
  expect(isWhole(groups)).toBe(true)
  expect(isWhole(['11111', ...groups.slice(1)])).toBe(false)
  expect(isWhole(groups.slice(1))).toBe(false)
})

test.each([
  ['a whole code', groups.join(' '), 3],
  ['one with hyphens', groups.join('-'), 0],
  ['one without blanks', groups.join(''), 6],
  [
    'one in full-width digits',
    groups.join('　').replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit))),
    0,
  ],
])('%s fills every field, wherever it is pasted', (_, text, at) => {
  expect(paste(emptyCode(), at, text)).toEqual({ groups, at: 6 })
})

test('part of a code goes on from the field it is pasted into', () => {
  const typed = paste(['', '', '', '', '', '', '12345'], 1, `${groups[1]} ${groups[2]}`)
  expect(typed).toEqual({ groups: ['', groups[1], groups[2], '', '', '', '12345'], at: 3 })
})

test('after a group that fits the cursor moves on; at one that does not it stays', () => {
  expect(typeInto(emptyCode(), 0, groups[0] ?? '').at).toBe(1)
  expect(typeInto(emptyCode(), 0, '11111').at).toBe(0)
  expect(typeInto(emptyCode(), 0, '1111').at).toBe(0)
  expect(typeInto(emptyCode(), 6, groups[6] ?? '').at).toBe(6)
})

test('whoever types on without looking goes on in the next field, and overwrites nothing', () => {
  expect(typeInto(['11111', '', '', '', '', '', ''], 0, '111112')).toEqual({
    groups: ['11111', '2', '', '', '', '', ''],
    at: 1,
  })
  expect(typeInto(['11111', '22222', '', '', '', '', ''], 0, '111113').groups.slice(0, 2)).toEqual(['11111', '22222'])
  expect(typeInto(['', '', '', '', '', '', '11111'], 6, '111112').groups[6]).toBe('11111')
})

test('what is no digit is left out, and full-width digits are folded', () => {
  expect(typeInto(emptyCode(), 2, '１２a-３').groups[2]).toBe('123')
})
