import { expect, test } from 'vitest'
import { draftOf, emptyDraft, sentOf, targetsOf } from './notice'

const plea = (name: string) => `请提供${name}`

test('a notice begins with what is missing; what the item says of it stands there, else a plea', () => {
  expect(draftOf({ path: 'material/id_card', label: '身份证', text: '' }, plea).text).toBe('请提供身份证')
  expect(draftOf({ path: 'material/id_card', label: '身份证', text: '正反面' }, plea).text).toBe('正反面')
})

test('only lines that say something about something go', () => {
  const own = { ...emptyDraft(), path: 'material/other', text: ' 请带户主来 ' }
  const blank = { ...emptyDraft(), path: 'material/other', text: '  ' }
  const nowhere = { ...emptyDraft(), text: '…' }
  expect(sentOf([own, blank, nowhere])).toEqual([{ path: 'material/other', text: '请带户主来' }])
})

test('a line may be about a material, another paper or an answer, never about a heading', () => {
  const line = { parent: '', kind: 'text', value: '', masked: false, was: null, file: null, media: {} }
  const view = {
    materials: [{ id: 'id_card', name: '身份证', required: true, picture: true, seen: false, paper: '', photos: [] }],
    fields: [
      { ...line, path: '/data/person', label: '本人', group: true, row: null },
      { ...line, path: '/data/person/name', label: '姓名', group: false, row: null },
    ],
  }
  const targets = targetsOf(view, '其他')
  expect(targets.materials.map(({ path }) => path)).toEqual(['material/id_card', 'material/other'])
  expect(targets.answers).toEqual([{ path: '/data/person/name', label: '姓名' }])
})
