import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { node } from '@/shared/form/samples'
import { makeI18n } from '@/shared/i18n'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import { lineRow, lineView } from './samples'
import { slipOf } from './slip'
import SlipNumber from './SlipNumber.vue'

const slot = node('/data/slot', 'select_one', {
  value: 'morning',
  choices: [{ name: 'morning', label: '上午', media: {} }],
})
const view = lineView({
  row: lineRow({ number: 'KD03', title: '王大山', day: '2026-12-05' }),
  has_number: true,
  form: [
    node('/data/day', 'date', { value: '2026-12-05' }),
    slot,
    node('/data/at', 'text', { value: '09:30' }),
    node('/data/name', 'text', { value: '王大山' }),
    node('/data/phone', 'text', { value: '13900000000' }),
    node('/data/matter', 'text', { value: '社保卡' }),
    node('/data/place', 'text', { value: '' }),
  ],
})
afterEach(() => {
  document.body.innerHTML = ''
})

test('a slip says what was agreed, in words; what is not answered is left out', () => {
  expect(slipOf(view, (day) => `<${day}>`)).toEqual([
    { name: 'name', value: '王大山' },
    { name: 'day', value: '<2026-12-05>' },
    { name: 'time', value: '上午 09:30' },
    { name: 'matter', value: '社保卡' },
  ])
})

test('what was typed is saved before the slip is printed; nobody’s telephone stands on it', async () => {
  const print = vi.fn()
  vi.stubGlobal('print', print)
  const save = vi.fn(() => Promise.resolve())
  const screen = mount(SlipNumber, {
    props: { view, save },
    global: {
      plugins: [
        createPinia(),
        makeI18n({ 'zh-CN': zh, en }, 'zh-CN'),
        createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: { render: () => null } }] }),
      ],
    },
    attachTo: document.body,
  })
  expect(screen.text()).toContain('KD03')
  await screen.get('button').trigger('click')
  await flushPromises()
  expect([save.mock.calls.length, print.mock.calls.length]).toEqual([1, 1])
  const paper = document.querySelector('.slip-paper')?.textContent ?? ''
  for (const words of ['预约单', 'KD03', '12月5日（周六）', '上午 09:30', '不收取任何费用', '大湖村']) {
    expect(paper).toContain(words)
  }
  expect(paper).not.toContain('139')
  window.dispatchEvent(new Event('afterprint'))
  await flushPromises()
  expect(document.querySelector('.slip-paper')).toBeNull()
  screen.unmount()
  vi.unstubAllGlobals()
})
