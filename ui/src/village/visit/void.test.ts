import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { VisitView } from '@/shared/bindings/desk'
import { makeI18n } from '@/shared/i18n'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import { visitView } from '../roll/samples'
import { useUndo } from '../undo'
import VisitRows from './VisitRows.vue'
import VisitVoid from './VisitVoid.vue'

const said: unknown[] = []
const of = (reason: string): VisitView => {
  const view = visitView('v1', 'h1', null)
  return { ...view, is_recorded: true, visit: { ...view.visit, void: reason, note: '身体好' } }
}
vi.mock('@tauri-apps/api/core', () => ({
  convertFileSrc: (path: string) => path,
  invoke: (_door: string, { command, args }: { command: string; args: { reason: string } }) => {
    if (command !== 'void_visit') return Promise.resolve(null)
    said.push(args)
    return Promise.resolve(of(args.reason))
  },
}))
vi.mock('@tauri-apps/api/event', () => ({ listen: () => Promise.resolve(() => {}) }))

const router = () =>
  createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)', component: { render: () => null } }] })
const plugins = () => [createPinia(), router(), makeI18n({ 'zh-CN': zh, en }, 'zh-CN')]
afterEach(() => (document.body.innerHTML = ''))

test('a visit is made void for a reason, after what was typed is saved, and that is taken back', async () => {
  const flushed = vi.fn(() => Promise.resolve(null))
  const screen = mount(VisitVoid, {
    props: {
      view: of(''),
      flush: flushed,
      onChanged: (view: VisitView) => void screen.setProps({ view }),
    },
    global: { plugins: plugins() },
    attachTo: document.body,
  })
  await screen.get('.act button').trigger('click')
  await flushPromises()
  const reason = document.body.querySelector<HTMLTextAreaElement>('.el-dialog textarea')!
  reason.value = ' 走错了户 '
  reason.dispatchEvent(new Event('input'))
  await flushPromises()
  const acts = [...document.body.querySelectorAll('.el-dialog button')]
  acts.find((one) => one.textContent?.trim() === '作废')!.dispatchEvent(new MouseEvent('click', { bubbles: true }))
  await flushPromises()
  expect(flushed).toHaveBeenCalledTimes(1)
  const { id } = of('').visit
  expect(said).toEqual([{ visit: id, reason: '走错了户' }])
  expect(screen.get('.void').text()).toContain('作废：走错了户')
  const undo = useUndo()
  expect(undo.done?.words).toBe('走访已作废')
  await undo.takeBack()
  expect(said.at(-1)).toEqual({ visit: id, reason: '' })
  await flushPromises()
  expect(screen.find('.void').exists()).toBe(false)
  screen.unmount()
})

test('among the visits of its household it stands struck through, with its reason', () => {
  const screen = mount(VisitRows, { props: { visits: [of('录重了').visit] }, global: { plugins: plugins() } })
  expect(screen.get('.void').text()).toBe('作废')
  expect(screen.get('.reason').text()).toBe('录重了')
  expect(screen.get('.gone').text()).toContain('身体好')
  screen.unmount()
})
