// The words that say why an act is not to be had.
import { expect, test } from 'vitest'
import type { CaseView, Me, Stage } from '../../shared/bindings/console'
import { reasonWhyNot } from './standing'

type Can = Partial<CaseView['can']>
const view = (stage: Stage, imported: boolean, can: Can = {}, invalid: CaseView['invalid'] = []) =>
  ({ row: { stage, imported }, can: { accept: false, return: false, confirm: false, ...can }, invalid }) as CaseView
const me = (can: Partial<Me['can']>) =>
  ({ can: { accept: false, confirm: false, settle: false, administer: false, ...can } }) as Me

test('who can act needs no reason', () => {
  expect(reasonWhyNot(view('submitted', true, { accept: true, return: true }), me({ accept: true }))).toBeNull()
  expect(reasonWhyNot(view('accepted', true, { confirm: true }), me({ confirm: true }))).toBeNull()
})
test('what was not imported is imported first, by whom may', () => {
  expect(reasonWhyNot(view('submitted', false), me({ accept: true }))).toBe('why.import_first')
  expect(reasonWhyNot(view('submitted', false), me({ confirm: true }))).toBe('why.not_imported')
})
test('each role is told whose turn it is', () => {
  expect(reasonWhyNot(view('submitted', true), me({ confirm: true }))).toBe('why.acceptor_accepts')
  expect(reasonWhyNot(view('accepted', true, { return: true }), me({ accept: true }))).toBe('why.confirmer_confirms')
})
test('what breaks the form’s rules can only be returned, by whom may', () => {
  const invalid = [{ path: '/data/a', label: 'A', reason: 'must be given' }]
  expect(reasonWhyNot(view('submitted', true, { return: true }, invalid), me({ accept: true }))).toBe('why.invalid')
  expect(reasonWhyNot(view('submitted', true, {}, invalid), me({ confirm: true }))).toBe('why.acceptor_accepts')
})
test('nobody confirms what she accepted herself', () => {
  expect(reasonWhyNot(view('accepted', true), me({ confirm: true }))).toBe('why.accepted_by_oneself')
})
test('what is out of the township’s hands says so', () => {
  for (const stage of ['open', 'returned', 'withdrawn', 'confirmed', 'closed'] as const) {
    expect(reasonWhyNot(view(stage, true), me({ accept: true }))).toBe(`why.${stage}`)
  }
})
