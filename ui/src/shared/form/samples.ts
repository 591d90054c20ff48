// Forms for tests and for the gallery: nobody in them exists.
import type { RepeatView } from '../bindings/desk'
import type { FormNode } from './node'

/** A node with nothing in it but what is said. */
export function node(path: string, kind: FormNode['kind'], more: Partial<FormNode> = {}): FormNode {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return {
    path,
    parent: path.slice(0, path.lastIndexOf('/')),
    name,
    kind,
    label: name,
    hint: '',
    guidance: '',
    parameters: {},
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
    media: {},
    ...more,
  }
}

/** Three rows that do not ask all the same, in a table. */
export const ROWS: FormNode[] = [
  node('/data/home', 'group'),
  node('/data/home/member[1]', 'repeat', { row: 1, appearance: 'grid' }),
  node('/data/home/member[1]/name', 'text', { value: '余桂英' }),
  node('/data/home/member[1]/age', 'integer', { value: '71' }),
  node('/data/home/member[1]/wage', 'decimal', { value: '900' }),
  node('/data/home/member[2]', 'repeat', { row: 2, appearance: 'grid' }),
  node('/data/home/member[2]/name', 'text', { value: '王小山' }),
  node('/data/home/member[2]/age', 'integer', { value: '9' }),
  node('/data/home/member[2]/school', 'text'),
  node('/data/home/member[2]/wage', 'decimal', { value: '' }),
  node('/data/home/member[3]', 'repeat', { row: 3, appearance: 'grid' }),
  node('/data/home/member[3]/name', 'text', { value: '王大山' }),
  node('/data/home/member[3]/age', 'integer', { value: '45' }),
  node('/data/home/member[3]/wage', 'decimal', { value: '100', read_only: true }),
]
export const ROWS_REPEATS: RepeatView[] = [
  { path: '/data/home/member', parent: '/data/home', label: '家庭成员', rows: 3, fixed: false },
]
