import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter, RouterView, type Router } from 'vue-router'
import { guideLine, guideView } from '@/shared/guide/samples'
import { makeI18n } from '@/shared/i18n'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import GuidesPage from './GuidesPage.vue'

const searched: unknown[] = []
let router: Router
vi.mock('@tauri-apps/api/core', () => ({
  convertFileSrc: (path: string) => path,
  invoke: (_door: string, { command, args }: { command: string; args: Record<string, unknown> }) => {
    if (command === 'find_guides') searched.push(args.text)
    return Promise.resolve(command === 'find_guides' ? [guideLine('GAOLING')] : guideView())
  },
}))
vi.mock('@tauri-apps/api/event', () => ({ listen: () => Promise.resolve(() => {}) }))

/** The page under its route, as the frame shows it: another query does not open it anew. */
async function open(at: string) {
  await router.push(at)
  const screen = mount(RouterView, {
    global: { plugins: [createPinia(), router, makeI18n({ 'zh-CN': zh, en }, 'zh-CN')] },
    attachTo: document.body,
  })
  await flushPromises()
  const box = () => screen.get<HTMLInputElement>('input.search')
  const wait = async () => {
    await vi.advanceTimersByTimeAsync(200)
    await flushPromises()
  }
  return { screen, box, wait }
}

beforeEach(() => {
  vi.useFakeTimers()
  searched.length = 0
  router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/guides/:code?', component: GuidesPage, props: true }],
  })
  Element.prototype.scrollTo = () => {}
})
afterEach(() => {
  vi.useRealTimers()
  document.body.innerHTML = ''
})

test('what was asked about elsewhere is looked for first; another matter replaces it', async () => {
  const { screen, box, wait } = await open('/guides?text=高龄津贴')
  expect(box().element.value).toBe('高龄津贴')
  expect(searched).toEqual(['高龄津贴'])
  await router.push('/guides?text=社保卡')
  await wait()
  expect(box().element.value).toBe('社保卡')
  expect(searched).toEqual(['高龄津贴', '社保卡'])
  screen.unmount()
})

test('what she types leaves the matter behind, and her words stay when the route is plain again', async () => {
  const { screen, box, wait } = await open('/guides?text=高龄津贴')
  await box().setValue('低保')
  await wait()
  expect(router.currentRoute.value.fullPath).toBe('/guides')
  expect(box().element.value).toBe('低保')
  expect(searched).toEqual(['高龄津贴', '低保'])
  await router.replace('/guides/GAOLING')
  await wait()
  expect(box().element.value).toBe('低保')
  screen.unmount()
})

test('without a matter everything is listed', async () => {
  const { screen, box } = await open('/guides')
  expect(box().element.value).toBe('')
  expect(searched).toEqual([''])
  screen.unmount()
})
