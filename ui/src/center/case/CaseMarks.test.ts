import { mount } from '@vue/test-utils'
import { expect, test } from 'vitest'
import type { CaseRow } from '../../shared/bindings/console'
import { makeI18n } from '../../shared/i18n'
import en from '@i18n/console.en.json'
import zh from '@i18n/console.zh-CN.json'
import CaseMarks from './CaseMarks.vue'

function marks(change: Partial<CaseRow>) {
  const plain = { green: false, conflicts: 0, late_changes: 0, late: null, paused: false, imported: true }
  const row = { stage: 'submitted', ...plain, ...change } as CaseRow
  return mount(CaseMarks, { props: { row }, global: { plugins: [makeI18n({ 'zh-CN': zh, en }, 'zh-CN')] } })
}

test('what was written later than it was done says so, with the day', () => {
  expect(marks({}).text()).toBe('')
  const late = marks({ late: '2026-11-26' })
  expect(late.text()).toBe('补录')
  expect(late.get('[title]').attributes('title')).toContain('实际办理日')
  expect(late.get('[title]').attributes('title')).toMatch(/11.26/)
})
