import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import CenterDueImportPage from '@/center/due/DueImportPage.vue'
import type { DueListPreview } from '@/shared/bindings/desk'
import { makeI18n } from '@/shared/i18n'
import consoleEn from '@i18n/console.en.json'
import consoleZh from '@i18n/console.zh-CN.json'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import DueImportPage from './DueImportPage.vue'

const asked: string[] = []
const preview: DueListPreview = {
  file_name: '名单.csv',
  rows: 3,
  found: 3,
  changes: 2,
  missing: 0,
  missing_rows: [],
  wrong: 0,
  lines: [],
  problems: [],
}
const done = { written: 2, unchanged: 1, missing: 0, wrong_rows: 0 }
vi.mock('@tauri-apps/api/core', () => ({
  convertFileSrc: (path: string) => path,
  invoke: (door: string, { command }: { command: string }) => {
    if (door === 'choose') return Promise.resolve({ token: 'f1', name: '名单.csv' })
    asked.push(command)
    if (command === 'preview_due_list') return Promise.resolve(preview)
    if (command === 'import_due_list') return Promise.resolve(done)
    return Promise.resolve(command === 'list_items' ? [] : null)
  },
}))
vi.mock('@tauri-apps/api/event', () => ({ listen: () => Promise.resolve(() => {}) }))
vi.mock('@/center/ask', () => ({
  ask: (route: string) => {
    asked.push(route)
    return Promise.resolve(route === 'due/preview' ? preview : route === 'due/import' ? done : [])
  },
}))
beforeEach(() => asked.splice(0))
afterEach(() => (document.body.innerHTML = ''))

const router = () =>
  createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)', component: { render: () => null } }] })
const dialog = () => document.body.querySelector<HTMLElement>('.el-dialog')
async function answer(which: 'first' | 'last'): Promise<void> {
  const buttons = [...(dialog()?.querySelectorAll<HTMLElement>('.dialog-acts button') ?? [])]
  buttons.at(which === 'first' ? 0 : -1)?.click()
  await flushPromises()
}

test('an official list is taken in only after a question that says it cannot be taken back', async () => {
  const screen = mount(DueImportPage, {
    global: { plugins: [createPinia(), router(), makeI18n({ 'zh-CN': zh, en }, 'zh-CN')] },
    attachTo: document.body,
  })
  await flushPromises()
  const set = screen.vm as unknown as { item: string }
  set.item = 'PENSION_CERT'
  await flushPromises()
  const act = () => screen.get('.action-bar .el-button--primary')
  await act().trigger('click')
  await flushPromises()
  expect(act().text()).toBe('记入 2 人的到期日')
  await act().trigger('click')
  await flushPromises()
  expect(asked).not.toContain('import_due_list')
  expect(dialog()?.textContent).toContain('记入 2 人的到期日？')
  expect(dialog()?.textContent).toContain('导入后不能整批撤回')
  await answer('first')
  expect(asked).not.toContain('import_due_list')
  await act().trigger('click')
  await answer('last')
  expect(asked).toContain('import_due_list')
  expect(screen.text()).toContain('到期名单已导入')
  screen.unmount()
})

test('at the console, too', async () => {
  const screen = mount(CenterDueImportPage, {
    global: {
      plugins: [createPinia(), router(), makeI18n({ 'zh-CN': consoleZh, en: consoleEn }, 'zh-CN')],
      stubs: { ItemChoice: true },
    },
    attachTo: document.body,
  })
  const input = screen.get<HTMLInputElement>('input[type="file"]')
  Object.defineProperty(input.element, 'files', { value: [new File(['身份证号,到期日'], '名单.csv')] })
  await input.trigger('change')
  await vi.waitFor(() => expect(asked).toContain('due/preview'))
  await flushPromises()
  await screen.get('.action-bar .el-button--primary').trigger('click')
  await flushPromises()
  expect(asked).not.toContain('due/import')
  expect(dialog()?.textContent).toContain('导入后不能整批撤回')
  await answer('last')
  expect(asked).toContain('due/import')
  screen.unmount()
})
