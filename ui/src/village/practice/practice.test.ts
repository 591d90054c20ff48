// The practice village: the way in and out, and that nothing there speaks as if it were reported.
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { OfficeState } from '@/shared/bindings/desk'
import { makeI18n } from '@/shared/i18n'
import helpZh from '@i18n/help.zh-CN.json'
import zh from '@i18n/village.zh-CN.json'
import { useIdleLock } from '../idle'
import { useOffice } from '../office'
import { useSaver } from '../saving'
import SyncLine from '../sync/SyncLine.vue'
import NoReporting from './NoReporting.vue'
import { usePractice } from './practice'
import PracticeBar from './PracticeBar.vue'
import PracticeCard from './PracticeCard.vue'
import PracticeDialogs from './PracticeDialogs.vue'
import PracticeDoor from './PracticeDoor.vue'

const MINUTE_MS = 60_000
const asked: string[] = []
let refuses: string | null = null
let isFull = false

vi.mock('@tauri-apps/api/core', () => ({
  convertFileSrc: (path: string) => path,
  invoke: (_door: string, { command }: { command: string }) => {
    asked.push(command)
    if (command === refuses) return Promise.reject({ code: 'disk_full', facts: {} })
    if (command === 'preferences') return Promise.resolve({ idle_minutes: 5, toured: true })
    if (command === 'sign_out' || command === 'office_state')
      return Promise.resolve({ ledger: 'locked', practice: false })
    if (command === 'practise') return Promise.resolve({ ledger: 'open', practice: true })
    if (command === 'sync_state') return Promise.resolve({ center: '练习', pending_cases: 3, pending_entries: 9 })
    return Promise.reject({ code: 'internal', facts: {} })
  },
}))
vi.mock('@tauri-apps/api/event', () => ({ listen: () => Promise.resolve(() => {}) }))

const changing = () => asked.filter((command) => ['sign_out', 'practise'].includes(command))
async function open(state: Partial<OfficeState>) {
  const pinia = createPinia()
  let put: (change: { text: string }) => void = () => {}
  const screen = mount(
    defineComponent(() => {
      useIdleLock()
      put = useSaver<{ text: string }>(() =>
        isFull ? Promise.reject({ code: 'disk_full', facts: {} }) : Promise.resolve(void asked.push('saved')),
      ).put
      return () => [h(PracticeDoor), h(PracticeCard), h(SyncLine), h(NoReporting), h(PracticeDialogs)]
    }),
    {
      global: {
        plugins: [
          pinia,
          makeI18n({ 'zh-CN': { ...zh, ...helpZh }, en: {} }, 'zh-CN'),
          createRouter({
            history: createMemoryHistory(),
            routes: [{ path: '/:all(.*)', component: { render: () => h('p') } }],
          }),
        ],
      },
      attachTo: document.body,
    },
  )
  const office = useOffice(pinia)
  office.take(state as OfficeState)
  await flushPromises()
  return { screen, office, practice: usePractice(pinia), put: () => put({ text: 'x' }) }
}
async function press(words: string) {
  // The newest one: that of a dialog stands after that of the screen.
  const button = [...document.querySelectorAll('button')].reverse().find((one) => one.textContent?.trim() === words)
  if (!button) throw new Error(`no button ${words}`)
  button.click()
  await flushPromises()
}

beforeEach(() => {
  asked.length = 0
  refuses = null
  isFull = false
})
afterEach(() => {
  vi.useRealTimers()
  document.body.innerHTML = ''
})

test('every paper that is printed in the practice village says so, and none afterwards', () => {
  const plugins = [makeI18n({ 'zh-CN': { ...zh, ...helpZh }, en: {} }, 'zh-CN')]
  const bar = mount(PracticeBar, { global: { plugins } })
  expect(document.body.dataset.practice).toBe(helpZh['practice.paper'])
  bar.unmount()
  expect(document.body.dataset.practice).toBeUndefined()
})

test('from the door she is in at once, and nobody is signed out', async () => {
  const { screen, office } = await open({ ledger: 'locked' })
  await press(helpZh['practice.from_door'])
  expect(changing()).toEqual(['practise'])
  expect(office.isPractice).toBe(true)
  screen.unmount()
})

test('from her own ledger she is asked; what she typed is saved before the ledger is locked', async () => {
  const { screen, office, put } = await open({ ledger: 'open', practice: false })
  put()
  await press(helpZh['practice.go'])
  expect(changing()).toEqual([])
  expect(document.body.textContent).toContain(helpZh['practice.go_text'])
  await press(helpZh['practice.go'])
  expect(asked.filter((command) => ['saved', 'sign_out', 'practise'].includes(command))).toEqual([
    'saved',
    'sign_out',
    'practise',
  ])
  expect(office.isPractice).toBe(true)
  screen.unmount()
})

test('what cannot be saved keeps her where she is', async () => {
  isFull = true
  const { screen, office, practice, put } = await open({ ledger: 'open', practice: false })
  put()
  await practice.go()
  expect(changing()).toEqual([])
  expect(office.lockHindered?.code).toBe('disk_full')
  expect(office.isPractice).toBe(false)
  screen.unmount()
})

test('where none can be made the door says why', async () => {
  refuses = 'practise'
  const { screen, office } = await open({ ledger: 'locked' })
  await press(helpZh['practice.from_door'])
  expect(office.isOpen).toBe(false)
  expect(screen.get('.failure-note').text()).not.toBe('')
  screen.unmount()
})

test('it speaks of no reporting, whatever waits', async () => {
  const { screen } = await open({ ledger: 'open', practice: true })
  expect(screen.get('.sync-line').text()).toContain(helpZh['practice.sync'])
  expect(screen.get('.sync-line').text()).not.toMatch(/\d/)
  screen.unmount()
})

test('she is asked once before it is cleared, and nothing unsaved hinders that', async () => {
  isFull = true
  const { screen, office, put } = await open({ ledger: 'open', practice: true })
  put()
  await press(helpZh['practice.leave'])
  expect(document.body.textContent).toContain(helpZh['practice.leave_text'])
  expect(changing()).toEqual([])
  await press(helpZh['practice.leave'])
  expect(changing()).toEqual(['sign_out'])
  expect(office.isOpen).toBe(false)
  screen.unmount()
})

test('it does not clear itself because nobody touches the laptop; her own ledger locks', async () => {
  vi.useFakeTimers()
  const { screen, office } = await open({ ledger: 'open', practice: true })
  await vi.advanceTimersByTimeAsync(60 * MINUTE_MS)
  expect(changing()).toEqual([])
  office.take({ ledger: 'open', practice: false } as OfficeState)
  await vi.advanceTimersByTimeAsync(6 * MINUTE_MS)
  expect(changing()).toEqual(['sign_out'])
  screen.unmount()
})
