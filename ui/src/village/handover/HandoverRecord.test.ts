import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { makeI18n } from '@/shared/i18n'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import HandoverRecord from './HandoverRecord.vue'
import { handoverView } from './samples'

const view = handoverView()

vi.mock('@tauri-apps/api/core', () => ({
  convertFileSrc: (path: string) => path,
  invoke: (_door: string, { command }: { command: string }) =>
    Promise.resolve(
      command === 'show_handover'
        ? view
        : [view.line, { ...view.line, id: 'h2', village: '小湖村' }, { ...view.line, id: 'h0', at: '2025-01-01' }],
    ),
}))
vi.mock('@tauri-apps/api/event', () => ({ listen: () => Promise.resolve(() => {}) }))

afterEach(() => void (document.body.innerHTML = ''))

test('the record says everything, leads to the other villages, and prints its sheet', async () => {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:rest(.*)', component: { render: () => null } }],
  })
  const screen = mount(HandoverRecord, {
    props: { id: 'h1' },
    global: { plugins: [createPinia(), router, makeI18n({ 'zh-CN': zh, en }, 'zh-CN')] },
    attachTo: document.body,
  })
  await flushPromises()
  const words = screen.text()
  for (const said of ['王春生', '余秀兰', '李主任', '办件 3 件', '另有 2 件已不在', '余桂英的户口簿', '口令已停用']) {
    expect(words).toContain(said)
  }
  expect(screen.findAll('figcaption').map((one) => one.text())).toEqual([
    '移交人（王春生）',
    '接收人（余秀兰）',
    '监交人（李主任）',
  ])
  expect(screen.findAll('.beside a').map((one) => one.attributes('href'))).toEqual(['/handovers/h2'])

  const print = vi.fn()
  vi.stubGlobal('print', print)
  await screen.get('.action-bar .el-button--primary').trigger('click')
  await flushPromises()
  expect(print).toHaveBeenCalledOnce()
  const sheet = document.querySelector('.handover-sheet')
  expect(sheet?.textContent).toContain('离岗交接单')
  expect(sheet?.textContent).toContain('2026年11月26日')
  expect([...(sheet?.querySelectorAll('img') ?? [])].map((one) => one.getAttribute('src'))).toHaveLength(3)
  window.dispatchEvent(new Event('afterprint'))
  await flushPromises()
  expect(document.querySelector('.handover-sheet')).toBeNull()
  vi.unstubAllGlobals()
  screen.unmount()
})
