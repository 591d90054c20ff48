import { expect, test } from 'vitest'
import {
  clockText,
  dateText,
  isDate,
  maskedNumber,
  momentText,
  shortDateText,
  sizeText,
  todayInShanghai,
  typedDate,
} from './words'

const TODAY = '2026-11-23'

test('a date carries its weekday, and its year only when that is another one', () => {
  expect(dateText('2026-03-05', 'zh-CN', TODAY)).toBe('3月5日（周四）')
  expect(dateText('2025-03-05', 'zh-CN', TODAY)).toBe('2025年3月5日（周三）')
  expect(dateText('2026-03-05', 'en', TODAY)).toBe('Thu 5 Mar')
  expect(dateText('2025-03-05', 'en', TODAY)).toBe('Wed 5 Mar 2025')
  expect(shortDateText('2025-03-05', 'zh-CN', TODAY)).toBe('2025年3月5日')
})
test('moments read by the clock of Shanghai, whatever the offset they were written with', () => {
  expect(clockText('2026-11-23T02:42:10Z')).toBe('10:42')
  expect(momentText('2026-11-23T10:42:10+08:00', 'zh-CN', TODAY)).toBe('10:42')
  expect(momentText('2026-11-22T17:30:00Z', 'zh-CN', TODAY)).toBe('01:30')
  expect(momentText('2026-11-20T10:42:10+08:00', 'zh-CN', TODAY)).toBe('11月20日 10:42')
  expect(todayInShanghai(new Date('2026-11-22T17:30:00Z'))).toBe(TODAY)
})
test('what is no date stays as it was written', () => {
  expect(dateText('不详', 'zh-CN', TODAY)).toBe('不详')
  expect(momentText('', 'en', TODAY)).toBe('')
})
test('numbers are masked as the ledger masks them', () => {
  expect(maskedNumber('42070419480315002X')).toBe('4207**********002X')
  expect(maskedNumber('420704480315002')).toBe('4207*******5002')
  expect(maskedNumber('6217991234567890124')).toBe('6217***********0124')
  expect(maskedNumber('13900000000')).toBe('139****0000')
  expect(maskedNumber('0711-3380000')).toBe('0711-*****00')
  expect(maskedNumber('4207')).toBe('****')
  expect(maskedNumber('')).toBe('')
})
test('a date may be typed in the usual ways', () => {
  for (const text of ['20260305', '2026-3-5', '2026.03.05', '2026/3/5', '2026年3月5日', ' 2026-03-05 ']) {
    expect(typedDate(text), text).toBe('2026-03-05')
  }
  expect(typedDate('2026-02-30')).toBe('2026-02-30')
  expect(typedDate('2026-3')).toBe('2026-3')
  expect(isDate('2026-02-30')).toBe(false)
  expect(isDate('2026-02-28')).toBe(true)
})
test('sizes read in the unit that fits', () => {
  expect(sizeText(312_400)).toBe('312 kB')
  expect(sizeText(4_200_000)).toBe('4.2 MB')
})
