// The list of forms: an item that has none says so, and offers no workbook.
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { makeI18n } from '@/shared/i18n'
import zh from '@i18n/console.zh-CN.json'
import en from '@i18n/console.en.json'
import ui from '@i18n/ui.zh-CN.json'
import FormsPage from './FormsPage.vue'

const item = (code: string, name: string, version: string, questions: number) => ({
  code,
  name,
  department: '民政',
  title: version ? `${name}申请` : '',
  version,
  questions,
  published_at: null,
})
vi.mock('../ask', () => ({
  isPassing: () => false,
  ask: () =>
    Promise.resolve({
      items: [item('DIBAO', '最低生活保障', '2026112601', 52), item('CANJIZHENG', '残疾人证', '', 0)],
      published: [],
    }),
}))

test('an item without a form is said to be a guide alone', async () => {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:rest(.*)', component: { render: () => null } }],
  })
  const screen = mount(FormsPage, {
    global: { plugins: [createPinia(), router, makeI18n({ 'zh-CN': zh, en }, 'zh-CN')] },
  })
  await flushPromises()
  const [form, guide] = screen.findAll('tbody tr')
  expect(form?.text()).toContain('版本 2026112601 · 52 题')
  expect(form?.find('a').exists()).toBe(true)
  expect(guide?.text()).toContain(ui['guide.mark.read_only'])
  expect(guide?.text()).not.toContain('版本')
  expect(guide?.find('a').exists()).toBe(false)
})
