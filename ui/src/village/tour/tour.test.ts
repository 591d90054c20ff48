// The tour: where its card stands, that keys lead through it, and that it comes once.
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { makeI18n } from '@/shared/i18n'
import helpEn from '@i18n/help.en.json'
import helpZh from '@i18n/help.zh-CN.json'
import zh from '@i18n/village.zh-CN.json'
import { cardPlace, ringOf, STEPS } from './steps'
import { useTour } from './tour'
import WindowTour from './WindowTour.vue'

let preferences: Record<string, unknown> = {}
vi.mock('@tauri-apps/api/core', () => ({
  convertFileSrc: (path: string) => path,
  invoke: (_door: string, { command, args }: { command: string; args: { preferences?: Record<string, unknown> } }) => {
    if (command === 'set_preferences') preferences = args.preferences ?? {}
    return Promise.resolve(preferences)
  },
}))
vi.mock('@tauri-apps/api/event', () => ({ listen: () => Promise.resolve(() => {}) }))

const SMALL = { width: 1024, height: 700 }
const CARD = { width: 400, height: 200 }

test('every step has words in both languages', () => {
  expect(STEPS.length).toBeGreaterThanOrEqual(5)
  expect(STEPS.length).toBeLessThanOrEqual(7)
  for (const { name } of STEPS) {
    for (const words of [helpZh, helpEn] as Record<string, string>[]) {
      expect(words[`tour.${name}.title`]).toBeTruthy()
      expect(words[`tour.${name}.text`]).toBeTruthy()
    }
  }
})

test.each([
  ['an entry of the navigation: beside it', { left: 0, top: 56, width: 176, height: 44 }, { left: 196, top: 52 }],
  [
    'the line at the bottom left: beside it and whole',
    { left: 0, top: 640, width: 176, height: 60 },
    { left: 196, top: 484 },
  ],
  ['the search box: below it', { left: 200, top: 8, width: 576, height: 40 }, { left: 196, top: 68 }],
  ['a button at the right: below it and whole', { left: 940, top: 8, width: 80, height: 40 }, { left: 608, top: 68 }],
])('%s', (_, box, place) => {
  expect(cardPlace(ringOf([box], SMALL), CARD, SMALL)).toEqual(place)
})
test('what is not there leaves the card in the middle', () => {
  expect(cardPlace(ringOf([], SMALL), CARD, SMALL)).toEqual({ left: 312, top: 250 })
})
test('a ring goes around several places and not beyond the window', () => {
  const boxes = [
    { left: 0, top: 100, width: 176, height: 44 },
    { left: 0, top: 144, width: 176, height: 44 },
  ]
  expect(ringOf(boxes, SMALL)).toEqual({ left: 0, top: 96, width: 180, height: 96 })
})

async function open() {
  const pinia = createPinia()
  const screen = mount(
    defineComponent(() => {
      const tour = useTour(pinia)
      void tour.beginOnce()
      return () => (tour.isOn ? h(WindowTour, { offersPractice: true, onEnd: () => void tour.end() }) : h('p'))
    }),
    {
      global: { plugins: [pinia, makeI18n({ 'zh-CN': { ...zh, ...helpZh }, en: {} }, 'zh-CN')] },
      attachTo: document.body,
    },
  )
  await flushPromises()
  return { screen, tour: useTour(pinia) }
}
async function press(key: string) {
  const at = document.activeElement ?? document.body
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })
  // A button that has the focus is pressed by Enter.
  if (at.dispatchEvent(event) && key === 'Enter' && at instanceof HTMLButtonElement) at.click()
  await flushPromises()
}
const card = () => document.querySelector('.tour-card')?.textContent ?? ''

beforeEach(() => void (preferences = { toured: false, idle_minutes: 10 }))
afterEach(() => void (document.body.innerHTML = ''))

test('→ and Enter lead on, ← back; after the last place it is over and does not come again', async () => {
  const { screen } = await open()
  expect(card()).toContain(helpZh['tour.today.title'])
  expect(card()).toContain(`1 / ${STEPS.length}`)
  await press('ArrowLeft')
  expect(card()).toContain(helpZh['tour.today.title'])
  await press('ArrowRight')
  expect(card()).toContain(helpZh['tour.search.title'])
  await press('ArrowLeft')
  expect(card()).toContain(helpZh['tour.today.title'])
  for (const { name } of STEPS) {
    expect(card()).toContain((helpZh as Record<string, string>)[`tour.${name}.title`])
    await press('Enter')
  }
  expect(card()).toBe('')
  expect(preferences).toEqual({ toured: true, idle_minutes: 10 })
  screen.unmount()
  const again = await open()
  expect(card()).toBe('')
  again.screen.unmount()
})

test('Escape ends it at any place, for good, until she asks for it', async () => {
  const { screen, tour } = await open()
  await press('ArrowRight')
  await press('Escape')
  expect(card()).toBe('')
  expect(preferences.toured).toBe(true)
  tour.begin()
  await flushPromises()
  expect(card()).toContain(helpZh['tour.today.title'])
  screen.unmount()
})

test('Tab stays within the card, and → at the last place does not end it', async () => {
  const { screen } = await open()
  for (let presses = 0; presses < STEPS.length + 2; presses += 1) await press('ArrowRight')
  expect(card()).toContain(helpZh['tour.practise'])
  const buttons = document.querySelectorAll('.tour-card button').length
  for (let presses = 0; presses < buttons + 1; presses += 1) {
    await press('Tab')
    expect(document.activeElement?.closest('.tour-card')).not.toBeNull()
  }
  screen.unmount()
})

test('a ledger that is locked meanwhile ends it for now alone', async () => {
  const { screen, tour } = await open()
  tour.stop()
  await flushPromises()
  expect(card()).toBe('')
  expect(preferences.toured).toBe(false)
  screen.unmount()
})
