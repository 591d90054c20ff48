// Fictitious people and answers for the gallery.
import type { FieldView } from '../shared/bindings/desk'

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

export function sampleForm(t: (key: string) => string): FieldView[] {
  const node = (path: string, kind: FieldView['kind'], key: string, more: Partial<FieldView> = {}): FieldView => ({
    path,
    parent: path.slice(0, path.lastIndexOf('/')),
    name: path.slice(path.lastIndexOf('/') + 1),
    kind,
    label: t(`g.f.${key}`),
    hint: '',
    appearance: '',
    value: '',
    required: false,
    read_only: false,
    problem: null,
    choices: null,
    row: null,
    masked: false,
    remark: null,
    was: null,
    ...more,
  })
  const choices = (...keys: string[]) => keys.map((key) => ({ name: key, label: t(`g.f.${key}`) }))
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
