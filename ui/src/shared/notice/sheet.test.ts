import { expect, test } from 'vitest'
import { guideMaterial } from '../guide/samples'
import { OTHER, sheetLines } from './sheet'

const say = (key: string) => key
const materials = [
  guideMaterial('id_card', { name: '身份证', kind: '复印件' }),
  guideMaterial('income', { name: '收入证明', kind: '原件', asked: false, obtained: '部门共享' }),
]
const lines = (path: string, label: string, text: string) => sheetLines([{ path, label, text }], materials, say)[0]

test('a paper is told by what the guide says of it', () => {
  const paper = { label: '身份证', copies: '1', kind: '复印件', from: 'notice.paper.asked' }
  expect(lines('material/id_card', '身份证', '')).toEqual({ ...paper, text: 'notice.paper.to_submit' })
  expect(lines('material/id_card', '身份证', '正反面')).toEqual({ ...paper, text: '正反面' })
  expect(lines('material/income', '收入证明', '')?.from).toBe('部门共享')
})

test('what the guide does not know of a paper is left to be written on', () => {
  const blank = { copies: '', kind: '', from: '' }
  expect(lines(OTHER, '', '请带户主来')).toEqual({ ...blank, label: 'notice.other', text: '请带户主来' })
  expect(sheetLines([{ path: 'material/id_card', label: '身份证', text: '' }], [], say)[0]).toMatchObject(blank)
})

test('an answer has no copies; its label is not told twice', () => {
  expect(lines('/data/reason', '申请理由', '申请理由')).toEqual({
    label: '申请理由',
    text: 'notice.paper.to_fill',
    copies: '—',
    kind: '—',
    from: 'notice.paper.asked',
  })
})
