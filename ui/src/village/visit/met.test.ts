import { mount } from '@vue/test-utils'
import { expect, test } from 'vitest'
import { makeI18n } from '@/shared/i18n'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import { card } from '../roll/samples'
import VisitMet from './VisitMet.vue'

test('who moved away or is dead is marked and cannot be ticked as met, and a wrong tick can be taken off', () => {
  const member = (id: string, state: 'here' | 'away' | 'moved' | 'suspected' | 'dead') => ({
    person: { ...card(id, id), whereabouts: { state, since: null, place: '' } },
    relation: '',
  })
  const members = [
    member('a', 'here'),
    member('b', 'away'),
    member('c', 'moved'),
    member('d', 'dead'),
    member('e', 'moved'),
  ]
  const screen = mount(VisitMet, {
    props: { members, met: ['e'] },
    global: { plugins: [makeI18n({ 'zh-CN': zh, en }, 'zh-CN')] },
  })
  expect(screen.findAll('input').map((box) => box.element.disabled)).toEqual([false, false, true, true, false])
  expect(screen.findAll('.where').map((mark) => mark.text())).toEqual(['外出', '迁出', '死亡已核实', '迁出'])
})
