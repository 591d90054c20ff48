import { describe, expect, test } from 'vitest'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import { blankAsking, isAgeGood, whoOf } from './asking'
import { distinct, inOrder, meant, rowsAdded, standingIn } from './choosing'
import { rowsShown, shownChoices, weightOf } from './listing'
import { leftOut, likelyPart, orderOf, partsOf, plainName, tellsWho, wantsNotes, withField } from './order'
import { formColumns, listRow, listView, sheetView, whoRow } from './samples'
import { tellOf } from './telling'
import { CATEGORIES } from '../people/categories'
import { DIFFERINGS, FIELDS, STANDINGS, wordsOfSheet } from './words'

const words: Record<string, string> = zh
const t = (key: string, facts: Record<string, string | number> = {}) =>
  (words[key] ?? key).replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(facts[name] ?? whole))

describe('whom she means', () => {
  test('is everybody once, at the first place, and beyond doubt where one way to her is', () => {
    const rows = distinct([whoRow('a', true), whoRow('b'), whoRow('a'), whoRow('c', true), whoRow('c', true)])
    expect(rows.map(({ person, doubtful }) => [person.id, doubtful])).toEqual([
      ['a', false],
      ['b', false],
      ['c', true],
    ])
  })
  test('is nobody of several with one name, and nobody who stands in the sheet', () => {
    const there = standingIn(listView([listRow(5, 'ours', { person: 'b' }), listRow(6, 'unknown')]))
    expect([...meant([whoRow('a'), whoRow('b'), whoRow('c', true)], there)]).toEqual(['a'])
    expect(standingIn(null).size).toBe(0)
  })
  test('comes in the order of the list, not in that of the ticks', () => {
    expect(inOrder([whoRow('a'), whoRow('b'), whoRow('c')], new Set(['c', 'a']))).toEqual(['a', 'c'])
  })
  test('makes rows only where the free ones do not suffice', () => {
    expect([rowsAdded(28, 20), rowsAdded(20, 20), rowsAdded(3, 20), rowsAdded(3, 0)]).toEqual([8, 0, 0, 3])
  })
})

describe('what she asks for', () => {
  test('by features: what is left open asks nothing, ages may be written with 岁', () => {
    expect(whoOf({ ...blankAsking(), text: ' 3组 ', ageFrom: '60岁', heads: true })).toEqual({
      by: 'filter',
      text: '3组',
      village: null,
      age_from: 60,
      age_to: null,
      sex: null,
      category: null,
      receives: null,
      heads: true,
    })
  })
  test('is not asked while an age is none, or the first is above the second', () => {
    for (const [ageFrom, ageTo] of [
      ['六十', ''],
      ['80', '60'],
      ['', '200'],
      ['-1', ''],
    ] as const) {
      const asking = { ...blankAsking(), ageFrom, ageTo }
      expect(isAgeGood(asking), `${ageFrom}–${ageTo}`).toBe(false)
      expect(whoOf(asking)).toBeNull()
    }
    expect(isAgeGood({ ...blankAsking(), ageFrom: '60', ageTo: '60' })).toBe(true)
  })
  test('in the other ways needs an item, a line, a text', () => {
    for (const way of ['due', 'hint', 'roll', 'pasted'] as const) expect(whoOf({ ...blankAsking(), way })).toBeNull()
    expect(whoOf({ ...blankAsking(), way: 'due', item: 'PENSION_CERT', span: '90' })).toEqual({
      by: 'due',
      item: 'PENSION_CERT',
      within_days: 90,
    })
    expect(whoOf({ ...blankAsking(), way: 'roll', line: 'l1' })).toEqual({ by: 'roll', line: 'l1' })
    expect(whoOf({ ...blankAsking(), way: 'pasted', pasted: '余桂英' })).toEqual({ by: 'pasted', text: '余桂英' })
  })
})

describe('a sheet', () => {
  test('with people is a list, with free rows a form, and with both what it has more of', () => {
    expect(partsOf(sheetView({ people: 0, free: 20 }))).toEqual(['fill'])
    expect(partsOf(sheetView({ people: 3, free: 0 }))).toEqual(['check', 'fill'])
    expect(likelyPart(sheetView({ people: 40, free: 0 }))).toBe('check')
    expect(likelyPart(sheetView({ people: 1, free: 20 }))).toBe('fill')
    expect(likelyPart(sheetView({ people: 0, free: 0 }))).toBe('fill')
  })
  test('is annotated by itself only where it has no room for others', () => {
    expect(wantsNotes(sheetView({ people: 40, free: 0 }))).toBe(true)
    expect(wantsNotes(sheetView({ people: 40, free: 2 }))).toBe(false)
    expect(wantsNotes(sheetView({ people: 0, free: 0 }))).toBe(false)
  })
  test('says which headings stay as they are, and whether it tells who stands in a row', () => {
    expect(leftOut(formColumns())).toEqual(['签名'])
    expect(tellsWho(formColumns())).toBe(true)
    expect(tellsWho(formColumns().filter(({ at }) => at > 2))).toBe(false)
  })
  test('what she chooses for a column is hers, not what was remembered', () => {
    const next = withField(formColumns(), 4, 'receives')
    expect(next[4]).toMatchObject({ field: 'receives', remembered: false })
    expect(next[3]).toEqual(formColumns()[3])
  })
  test('is saved under its name, marked once', () => {
    const marks = ['（已填）', '（已核对）']
    expect(plainName('摸底表.xlsx', marks)).toBe('摸底表')
    expect(plainName('摸底表（已填）.xlsx', marks)).toBe('摸底表')
    expect(plainName('2026.11 摸底表.XLSX', marks)).toBe('2026.11 摸底表')
  })
})

describe('the order', () => {
  test('names every column as she left it, and the added headings only where they are wanted', () => {
    const choice = { sheet: '摸底表', columns: formColumns(), people: ['a'], complete: true, annotate: false }
    const order = orderOf(choice, ['一', '二', '三'], { x: 'y' })
    expect(order.columns).toHaveLength(6)
    expect(order.columns[5]).toEqual({ at: 5, heading: '签名', field: null })
    expect(order).toMatchObject({ people: ['a'], complete: true, annotate: null, words: { x: 'y' } })
    expect(orderOf({ ...choice, annotate: true }, ['一', '二', '三'], {}).annotate).toEqual(['一', '二', '三'])
  })
  test('brings a word for everything that can be written, with its place for a day', () => {
    const brought = wordsOfSheet(t)
    const wanted = [
      ...STANDINGS.map((one) => `standing.${one}`),
      ...DIFFERINGS.map((one) => `differing.${one}`),
      ...CATEGORIES.map((one) => `category.${one}`),
      ...[1, 2, 3, 4, 5, 6, 7].map((one) => `disability.category.${one}`),
      ...[1, 2, 3, 4].map((one) => `disability.level.${one}`),
      'certified.yes',
      'certified.no',
      'away_since',
      'moved_since',
      'why.several',
      'why.dead',
    ]
    expect(Object.keys(brought).sort()).toEqual(wanted.sort())
    for (const [key, word] of Object.entries(brought)) expect(word, key).not.toMatch(/^$|\w+\.\w+/)
    expect(brought['certified.yes']).toBe('已认证 {day}')
    expect(brought.away_since).toContain('{day}')
  })
  test('knows every category of the roster', () => {
    const all = Object.keys(zh).flatMap((key) => /^person_category\.(.+)$/.exec(key)?.[1] ?? [])
    expect([...CATEGORIES].sort()).toEqual(all.sort())
  })
  test('and the screen has a word for every field, in both languages', () => {
    for (const field of FIELDS) {
      for (const messages of [zh, en] as Record<string, string>[])
        expect(messages[`sheet.field.${field}`], field).toBeTruthy()
    }
  })
})

describe('a list that was checked', () => {
  const list = listView([
    listRow(5, 'differs', { differing: ['name'] }),
    listRow(6, 'unknown'),
    listRow(7, 'ours', { certified_on: '2026-03-05' }),
    listRow(8, 'ours'),
  ])
  test('is shown by how people stand, what is to be looked at first', () => {
    expect(shownChoices(list)).toEqual([
      { value: 'all', count: 4 },
      { value: 'differs', count: 1 },
      { value: 'unknown', count: 1 },
      { value: 'ours', count: 2 },
      { value: 'certified', count: 1 },
    ])
    expect(rowsShown(list, 'all')).toHaveLength(4)
    expect(rowsShown(list, 'ours').map(({ row }) => row)).toEqual([7, 8])
    expect(rowsShown(list, 'certified').map(({ row }) => row)).toEqual([7])
  })
  test('weighs what asks for a look more than what does not', () => {
    expect(STANDINGS.filter((one) => weightOf(one) === 'look')).toEqual([
      'differs',
      'dead',
      'several',
      'unknown',
      'moved',
    ])
    expect([weightOf('away'), weightOf('ours')]).toEqual(['note', 'fine'])
  })
})

test('what is written is told by what there is of it', () => {
  const none = { filled: 0, added: 0, completed: 0, annotated: 0 }
  expect(tellOf({ filled: 28, added: 8, completed: 0, annotated: 40 }, t)).toBe('填 28 人，加 8 行；核对 40 行')
  expect(tellOf({ ...none, completed: 3, annotated: 40 }, t)).toBe('补齐 3 行；核对 40 行')
  expect(tellOf(none, t)).toBe('没有可写的内容')
})
