// Fictitious people and answers for the gallery.
import type { FormNode } from '../shared/form/node'
import { node as plain } from '../shared/form/samples'

const SURNAMES = ['余', '张', '王', '李', '邓', '欧阳', '夏', '单']
const GIVEN = ['桂英', '玉珍', '大山', '秀兰', '建国', '春生']

export function samplePeople(address: string, number: number) {
  const name = `${SURNAMES[number % SURNAMES.length]}${GIVEN[number % GIVEN.length]}`
  const id = String(number).padStart(6, '0')
  return {
    id,
    number,
    name,
    age: 60 + (number % 35),
    sex: number % 2 ? ('男' as const) : ('女' as const),
    address,
    id_masked: '4207**********002X',
  }
}

export function sampleForm(t: (key: string) => string): FormNode[] {
  const node = (path: string, kind: FormNode['kind'], key: string, more: Partial<FormNode> = {}) =>
    plain(path, kind, { label: t(`g.f.${key}`), ...more })
  const choices = (...keys: string[]) => keys.map((key) => ({ name: key, label: t(`g.f.${key}`), media: {} }))
  return [
    node('/data/person', 'group', 'person'),
    node('/data/person/name', 'text', 'name', { value: '余桂英', required: true }),
    node('/data/person/id', 'text', 'id', {
      value: '420704194803150021',
      required: true,
      masked: true,
      problem: t('g.f.id_problem'),
    }),
    node('/data/person/note', 'note', 'note'),
    node('/data/person/address', 'text', 'address', {
      value: '大湖村',
      remark: t('g.f.address_remark'),
      was: '大湖村2组',
    }),
    node('/data/person/date', 'date', 'date', { value: '2026-11-23', required: true, hint: t('g.f.date_hint') }),
    node('/data/person/method', 'select_one', 'method', {
      value: 'm1',
      required: true,
      choices: choices('m1', 'm2', 'm3'),
    }),
    node('/data/person/relation', 'select_one', 'relation', { choices: choices('r1', 'r2', 'r3', 'r4', 'r5', 'r6') }),
    node('/data/person/basis', 'select_multiple', 'basis', { value: 'b1 b3', choices: choices('b1', 'b2', 'b3') }),
    node('/data/person/remark', 'text', 'remark', { appearance: 'multiline' }),
    node('/data/help', 'group', 'help'),
    node('/data/help/member[1]', 'repeat', 'member', { row: 1 }),
    node('/data/help/member[1]/name', 'text', 'name', { value: '王大山', required: true }),
    node('/data/help/member[1]/wage', 'decimal', 'wage', { value: '0' }),
    node('/data/promise', 'group', 'promise'),
    node('/data/promise/ack', 'acknowledge', 'ack', { required: true }),
  ]
}

/** Every kind of question once, in its appearances. */
export function sampleKinds(t: (key: string) => string): FormNode[] {
  const node = (path: string, kind: FormNode['kind'], key: string, more: Partial<FormNode> = {}) =>
    plain(`/data/${path}`, kind, { label: t(`g.k.${key}`), ...more })
  const choices = (key: string, count: number) =>
    Array.from({ length: count }, (_, at) => ({ name: `${key}${at + 1}`, label: t(`g.k.${key}${at + 1}`), media: {} }))
  const member = (number: number, more: FormNode[]) => [
    node(`rows/member[${number}]`, 'repeat', 'member', { row: number, appearance: 'grid' }),
    ...more,
  ]
  return [
    node('typed', 'group', 'typed'),
    node('typed/line', 'text', 'line', { value: t('g.k.line_value') }),
    node('typed/numbers', 'text', 'numbers', { appearance: 'numbers', value: '0711' }),
    node('typed/phone', 'text', 'phone', { masked: true, value: '13900000000' }),
    node('typed/integer', 'integer', 'integer', { value: '3', required: true }),
    node('typed/decimal', 'decimal', 'decimal', { problem: t('g.k.decimal_problem'), value: '-5' }),
    node('typed/range', 'range', 'range', { parameters: { start: '0', end: '100', step: '5' }, value: '45' }),
    node('typed/date', 'date', 'date', { value: '2026-11-26' }),
    node('typed/time', 'time', 'time', { value: '09:30' }),
    node('typed/moment', 'date_time', 'moment', { value: '2026-11-26T09:30' }),
    node('typed/lines', 'text', 'lines', {
      appearance: 'multiline',
      guidance: t('g.k.guidance'),
      hint: t('g.k.lines_hint'),
    }),
    node('typed/barcode', 'barcode', 'barcode', { value: '6901234567892' }),
    node('chosen', 'group', 'chosen'),
    node('chosen/few', 'select_one', 'few', { choices: choices('few', 3), value: 'few1' }),
    node('chosen/many', 'select_one', 'many', { choices: choices('many', 6) }),
    node('chosen/likert', 'select_one', 'likert', {
      appearance: 'likert',
      choices: choices('likert', 5),
      value: 'likert4',
    }),
    node('chosen/several', 'select_multiple', 'several', { choices: choices('many', 6), value: 'many1 many3' }),
    node('chosen/rank', 'rank', 'rank', { choices: choices('rank', 4), value: 'rank2 rank1 rank3 rank4' }),
    node('chosen/ack', 'acknowledge', 'ack', { required: true }),
    node('drawn', 'group', 'drawn'),
    node('drawn/picture', 'image', 'picture'),
    node('drawn/signature', 'image', 'signature', { appearance: 'signature', required: true }),
    node('drawn/point', 'geopoint', 'point', { value: '30.3912 114.8897 23 5' }),
    node('drawn/shape', 'geoshape', 'shape'),
    node('drawn/sound', 'audio', 'sound'),
    node('drawn/file', 'file', 'file', { value: 'file', media: { image: 'photo' } }),
    node('rows', 'group', 'rows'),
    ...member(1, [
      node('rows/member[1]/name', 'text', 'name', { value: '余桂英', required: true }),
      node('rows/member[1]/relation', 'select_one', 'relation', {
        choices: choices('relation', 6),
        value: 'relation1',
      }),
      node('rows/member[1]/birth', 'date', 'birth', { value: '1955-03-05' }),
      node('rows/member[1]/wage', 'decimal', 'wage', { value: '900' }),
    ]),
    ...member(2, [
      node('rows/member[2]/name', 'text', 'name', { value: '王小山', required: true }),
      node('rows/member[2]/relation', 'select_one', 'relation', { choices: choices('relation', 6) }),
      node('rows/member[2]/birth', 'date', 'birth', { value: '2017-09-01' }),
      node('rows/member[2]/school', 'text', 'school', { required: true, problem: t('g.k.school_problem') }),
      node('rows/member[2]/wage', 'decimal', 'wage'),
    ]),
  ]
}

/** A pattern that looks like a QR code; it holds nothing. */
export function sampleQr(): string[] {
  const size = 29
  const corner = (x: number, y: number): boolean | null => {
    for (const [cx, cy] of [
      [3, 3],
      [size - 4, 3],
      [3, size - 4],
    ] as const) {
      const far = Math.max(Math.abs(x - cx), Math.abs(y - cy))
      if (far <= 4) return far !== 4 && far !== 2
    }
    return null
  }
  return Array.from({ length: size }, (_, y) =>
    Array.from({ length: size }, (_, x) => ((corner(x, y) ?? (x * 7 + y * 13 + x * y) % 5 < 2) ? '1' : '0')).join(''),
  )
}
