import { mount } from '@vue/test-utils'
import { expect, test } from 'vitest'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import { makeI18n } from '../i18n'
import { categoryChips, guideGroups, guidesOf, listsOf, tagChips } from './filter'
import GuideMarks from './GuideMarks.vue'
import GuidePaper from './GuidePaper.vue'
import GuideSheet from './GuideSheet.vue'
import { guideLine, guideMaterial, guideView } from './samples'

const work = { word: 'work', text: '就业社保' }
const online = { word: 'online', text: '网上可办' }
const guides = [
  guideLine('DIBAO'),
  guideLine('SSC', { category: work, tags: [online] }),
  guideLine('SHIYE', { category: work, has_form: false, open: false }),
  guideLine('BANGFU', { bundle: true, tags: [online] }),
  guideLine('LNZ', { open: false, closed: { from: '2025-05-01', reason: '改用身份证', source: '通告' } }),
]
const global = {
  plugins: [makeI18n({ 'zh-CN': zh, en }, 'zh-CN')],
  stubs: { RouterLink: { template: '<a><slot /></a>' } },
}

test('chips leave the guides of one category that can be handled so, in the order they came', () => {
  const codes = (category: string | null, tag: string | null) =>
    guidesOf(guides, { category, tag, list: null }).map(({ code }) => code)
  expect(codes(null, null)).toEqual(['DIBAO', 'SSC', 'SHIYE', 'BANGFU', 'LNZ'])
  expect(codes('work', null)).toEqual(['SSC', 'SHIYE'])
  expect(codes('work', 'online')).toEqual(['SSC'])
  expect(codes(null, 'online')).toEqual(['SSC', 'BANGFU'])
})

test('a list by level, by right or by way of service holds what stands on it', () => {
  const village = { word: 'level:village', text: '村级' }
  const late = { word: 'way:extended', text: '延时' }
  const listed = [guideLine('A', { lists: [village] }), guideLine('B', { lists: [village, late] }), guideLine('C')]
  const codes = (list: string) => guidesOf(listed, { category: null, tag: null, list }).map(({ code }) => code)
  expect([codes('level:village'), codes('way:extended')]).toEqual([['A', 'B'], ['B']])
  expect(listsOf(listed).map(({ kind, chips }) => [kind, chips.map(({ label, count }) => [label, count])])).toEqual([
    ['level', [['村级', 2]]],
    ['way', [['延时', 1]]],
  ])
})

test('every chip says how many it leaves; the commonest comes first', () => {
  expect(categoryChips(guides, '全部').map(({ label, count }) => [label, count])).toEqual([
    ['全部', 5],
    ['社会救助', 3],
    ['就业社保', 2],
  ])
  expect(tagChips(guides)).toEqual([{ value: 'online', label: '网上可办', count: 2 }])
})

test('bundles, what can be opened and what can only be read stand apart', () => {
  expect(guideGroups(guides).map(({ kind, guides: held }) => [kind, held.map(({ code }) => code)])).toEqual([
    ['bundle', ['BANGFU']],
    ['open', ['DIBAO', 'SSC']],
    ['read', ['SHIYE', 'LNZ']],
  ])
})

test('the guide says what is not confirmed, what nobody has to bring, and who acts', () => {
  const text = mount(GuidePaper, { props: { guide: guideView() }, global }).text()
  expect(text).toMatch(/全程\s*30 个工作日\s*待当地确认/)
  expect(text).toMatch(/户口簿\s*不用提交\s*部门共享/)
  expect(text).toMatch(/公示\s*乡镇\s*期间时限中止/)
  expect(text).toContain('2026年11月22日'.slice(5))
})

test('an item that is switched off says so before anything else', () => {
  const closed = { from: '2025-05-01', reason: '改用身份证', source: '闽民通告' }
  const guide = guideView({ line: guideLine('LNZ', { open: false, closed }) })
  const paper = mount(GuidePaper, { props: { guide }, global })
  const first = paper.get('.guide-paper > section').text()
  expect(first).toContain('自2025年5月1日')
  expect(first).toContain('改用身份证')
  expect(first).toContain('闽民通告')
})

test('the sheet holds the five elements, asks for no paper that the office has, and marks what is not confirmed', () => {
  mount(GuideSheet, {
    props: {
      guide: guideView({
        materials: [...guideView().materials, guideMaterial('book', { name: '病历', required: false })],
      }),
    },
    global,
  })
  const sheet = document.querySelector('.guide-sheet')
  expect(sheet?.querySelector('h1')?.textContent).toBe('最低生活保障')
  const rows = [...(sheet?.querySelectorAll('tr') ?? [])].map((row) => row.textContent.replaceAll(/\s+/g, ' ').trim())
  for (const [at, label] of ['谁可以申请', '申请材料', '办理步骤', '办理时限', '到哪里办', '办理依据'].entries())
    expect(rows[at]).toMatch(new RegExp(`^${label}`))
  expect([...(sheet?.querySelectorAll('tr:nth-child(2) li') ?? [])].map((line) => line.textContent)).toEqual([
    '身份证（复印件）',
    '病历（有则提供）',
  ])
  expect(rows[1]).toContain('不用提交（由部门核查或承诺代替）：户口簿')
  expect(rows[3]).toMatch(/法定 全程 30 个工作日（待当地确认）/)
})

test('a guide that is over says so first, also where it has no form, and on the sheet', () => {
  const line = guideLine('HUNYIN_2023', { has_form: false, open: false, over: true, bundle: true })
  const marks = mount(GuideMarks, { props: { guide: line }, global }).text()
  expect(marks).toMatch(/^已过有效期/)
  const guide = guideView({ line, valid_to: '2025-05-09' })
  mount(GuideSheet, { props: { guide }, global })
  const sheet = [...document.querySelectorAll('.guide-sheet')].at(-1)?.textContent ?? ''
  expect(sheet).toContain('已过有效期')
  expect(sheet).toContain('2025年5月9日')
})

test('a guide without limits says that they are local, on the screen and on the sheet', () => {
  const guide = guideView({ limits: [] })
  expect(mount(GuidePaper, { props: { guide }, global }).text()).toContain('按当地规定（待当地确认）')
  mount(GuideSheet, { props: { guide }, global })
  expect([...document.querySelectorAll('.guide-sheet')].at(-1)?.textContent).toContain('按当地规定（待当地确认）')
})
