import { mount } from '@vue/test-utils'
import { describe, expect, test } from 'vitest'
import { makeI18n } from '../i18n'
import FormField from './FormField.vue'
import FormSections from './FormSections.vue'
import type { FormNode } from './node'
import { node } from './samples'
import { fieldsOf, sectionsOf } from './sections'

const plugins = [makeI18n({ 'zh-CN': {}, en: {} }, 'zh-CN')]

const FORM = [
  node('/data/intro', 'note'),
  node('/data/person', 'group'),
  node('/data/person/name', 'text', { value: '余桂英', required: true }),
  node('/data/home', 'group'),
  node('/data/home/member[1]', 'repeat', { row: 1 }),
  node('/data/home/member[1]/wage', 'decimal', { required: true }),
  node('/data/home/member[2]', 'repeat', { row: 2 }),
  node('/data/home/member[2]/wage', 'decimal', { value: '0', required: true }),
  node('/data/end', 'group'),
  node('/data/end/remark', 'text', { remark: '请写清楚' }),
]
const REPEATS = [
  { path: '/data/home/member', parent: '/data/home', label: '家庭成员', rows: 2, fixed: false },
  { path: '/data/end/helper', parent: '/data/end', label: '协助人', rows: 0, fixed: false },
]

describe('the sections of a form', () => {
  const sections = sectionsOf(FORM, REPEATS, '基本情况')

  test('are its groups, in order, and one for what stands outside', () => {
    expect(sections.map((section) => section.label)).toEqual(['基本情况', 'person', 'home', 'end'])
  })
  test('hold the rows of a repeat together, and a repeat without rows too', () => {
    expect(sections[2]?.blocks).toMatchObject([
      { kind: 'repeat', label: '家庭成员', rows: [{ number: 1 }, { number: 2 }] },
    ])
    expect(sections[3]?.blocks.at(-1)).toMatchObject({ kind: 'repeat', path: '/data/end/helper', rows: [] })
  })
  test('know what is unfinished and what the township remarked', () => {
    expect(sections.map((section) => section.unfinished)).toEqual([false, false, true, false])
    expect(sections.map((section) => section.remarked)).toEqual([false, false, false, true])
    expect(fieldsOf(sections[2]?.blocks ?? []).map((field) => field.path)).toHaveLength(2)
  })
})

test('a jump opens the section of a field and puts the cursor into it', async () => {
  const screen = mount(FormSections, {
    props: { form: FORM, repeats: REPEATS },
    global: { plugins },
    attachTo: document.body,
  })
  expect(await screen.vm.jumpTo('/data/home/member[2]/wage')).toBe(true)
  expect((document.activeElement as HTMLElement).closest('[data-path]')?.getAttribute('data-path')).toBe(
    '/data/home/member[2]/wage',
  )
  expect(await screen.vm.jumpTo('/data/nowhere')).toBe(false)
  screen.unmount()
})

describe('a field', () => {
  const show = (field: FormNode) => mount(FormField, { props: { field }, global: { plugins }, attachTo: document.body })

  test('hides the middle of a number until the cursor is in it', async () => {
    const screen = show(node('/data/id', 'text', { value: '42070419480315002X', masked: true }))
    const input = screen.get('input')
    expect(input.element.value).toBe('4207**********002X')
    await input.trigger('focusin')
    expect(input.element.value).toBe('42070419480315002X')
    await input.trigger('focusout')
    expect(input.element.value).toBe('4207**********002X')
    screen.unmount()
  })
  test('keeps what is being typed when an older answer of the ledger arrives', async () => {
    const screen = show(node('/data/name', 'text', { value: '余' }))
    const input = screen.get('input')
    await input.trigger('focusin')
    await input.setValue('余桂英')
    await screen.setProps({ field: node('/data/name', 'text', { value: '余桂' }) })
    expect(input.element.value).toBe('余桂英')
    expect(screen.emitted('answer')).toEqual([['余桂英']])
    screen.unmount()
  })
  test('offers up to five choices side by side, and answers with several in the order of the form', async () => {
    const choices = ['a', 'b', 'c'].map((name) => ({ name, label: name, media: {} }))
    const one = show(node('/data/one', 'select_one', { choices }))
    expect(one.findAll('input[type="radio"]')).toHaveLength(3)
    const many = show(node('/data/many', 'select_multiple', { choices, value: 'c' }))
    await many.findAll('input')[0]?.trigger('change')
    expect(many.emitted('answer')).toEqual([['a c']])
    one.unmount()
    many.unmount()
  })
  test('says to those who hear it what is wrong and what the township said', () => {
    const screen = show(node('/data/x', 'text', { problem: '校验位不对', remark: '请核对', hint: '18 位' }))
    const input = screen.get('input')
    const ids = input.attributes('aria-describedby')?.split(' ') ?? []
    expect(ids.map((id) => document.getElementById(id)?.textContent)).toEqual([
      '18 位',
      '校验位不对',
      '乡镇意见：请核对',
    ])
    expect(input.attributes('aria-invalid')).toBe('true')
    screen.unmount()
  })
  test('takes a date as it is typed, once it is one', async () => {
    const screen = show(node('/data/day', 'date'))
    await screen.get('input[type="text"]').setValue('2026-3')
    expect(screen.emitted('answer')).toBeUndefined()
    await screen.get('input[type="text"]').setValue('20260305')
    expect(screen.emitted('answer')).toEqual([['2026-03-05']])
    screen.unmount()
  })
})
