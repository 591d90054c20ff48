import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import type { OfficeState } from '@/shared/bindings/desk'
import { useControlKeys } from '@/shared/keys'
import { secondsLeft, useIdleLock } from './idle'
import { useJob } from './job'
import { useOffice } from './office'
import { useSaver } from './saving'

const MINUTE_MS = 60_000
const asked: string[] = []
let idleMinutes = 10
let signOut: () => unknown = () => ({ ledger: 'locked' })
let saved: string[] = []
let isFull = false

vi.mock('@tauri-apps/api/core', () => ({
  convertFileSrc: (path: string) => path,
  invoke: (_door: string, { command }: { command: string }) => {
    asked.push(command)
    if (command === 'preferences') return Promise.resolve({ idle_minutes: idleMinutes })
    if (command === 'sign_out') return Promise.resolve().then(() => signOut())
    return Promise.reject({ code: 'internal', facts: {} })
  },
}))
vi.mock('@tauri-apps/api/event', () => ({ listen: () => Promise.resolve(() => {}) }))

async function openLedger() {
  let watching: ReturnType<typeof useIdleLock> | undefined
  let job: ReturnType<typeof useJob> | undefined
  let put: (change: { text: string }) => void = () => {}
  const pinia = createPinia()
  const screen = mount(
    defineComponent(() => {
      watching = useIdleLock()
      job = useJob()
      put = useSaver<{ text: string }>(({ text }) =>
        isFull ? Promise.reject({ code: 'disk_full', facts: {} }) : Promise.resolve(void saved.push(text)),
      ).put
      useControlKeys({ l: () => void watching?.lock() })
      return () => h('input')
    }),
    { global: { plugins: [pinia] }, attachTo: document.body },
  )
  const office = useOffice(pinia)
  office.take({ ledger: 'open' } as OfficeState)
  await flushPromises()
  return {
    screen,
    office,
    put: (text: string) => put({ text }),
    seconds: () => watching?.seconds.value ?? null,
    job: job as ReturnType<typeof useJob>,
  }
}
const locks = () => asked.filter((command) => command === 'sign_out').length
const move = (x: number) => window.dispatchEvent(new PointerEvent('pointermove', { screenX: x, screenY: 5 }))

beforeEach(() => {
  vi.useFakeTimers()
  asked.length = 0
  saved = []
  isFull = false
  idleMinutes = 10
  signOut = () => ({ ledger: 'locked' })
})
afterEach(() => {
  vi.useRealTimers()
  document.body.innerHTML = ''
})

test.each([
  [0, null],
  [9.4 * MINUTE_MS, null],
  [9.5 * MINUTE_MS, 30],
  [9.5 * MINUTE_MS + 1, 30],
  [10 * MINUTE_MS - 1, 1],
  [10 * MINUTE_MS, 0],
  [90 * MINUTE_MS, 0],
])('after %d ms of ten minutes %j seconds are told', (idleMs, seconds) => {
  expect(secondsLeft(idleMs, 10)).toBe(seconds)
})

test('after her minutes without a touch the ledger locks, half a minute after it said so, and the door is told why', async () => {
  idleMinutes = 5
  const { screen, office, seconds } = await openLedger()
  await vi.advanceTimersByTimeAsync(4.5 * MINUTE_MS - 1_000)
  expect(seconds()).toBeNull()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(seconds()).toBe(30)
  await vi.advanceTimersByTimeAsync(29_000)
  expect(seconds()).toBe(1)
  expect(locks()).toBe(0)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(locks()).toBe(1)
  expect(office.lockedItself).toBe(true)
  screen.unmount()
})

test.each([
  ['a key', () => window.dispatchEvent(new KeyboardEvent('keydown', { key: 'a' }))],
  ['a press', () => window.dispatchEvent(new PointerEvent('pointerdown'))],
  ['the wheel', () => window.dispatchEvent(new WheelEvent('wheel'))],
  ['the pointer that moves', (round: number) => move(77 + round)],
])('%s keeps it open', async (_, touch) => {
  const { screen, seconds } = await openLedger()
  for (let round = 0; round < 3; round++) {
    await vi.advanceTimersByTimeAsync(9.8 * MINUTE_MS)
    expect(seconds()).not.toBeNull()
    touch(round)
    expect(seconds()).toBeNull()
  }
  expect(locks()).toBe(0)
  screen.unmount()
})

test('what moves under a pointer that rests keeps nothing open', async () => {
  const { screen } = await openLedger()
  move(5)
  await vi.advanceTimersByTimeAsync(9.9 * MINUTE_MS)
  move(5)
  await vi.advanceTimersByTimeAsync(0.2 * MINUTE_MS)
  expect(locks()).toBe(1)
  screen.unmount()
})

test('a laptop that slept locks when it wakes, even if she touches it first', async () => {
  const { screen } = await openLedger()
  vi.setSystemTime(Date.now() + 3 * 60 * MINUTE_MS)
  window.dispatchEvent(new KeyboardEvent('keydown', { key: 'a' }))
  await flushPromises()
  expect(locks()).toBe(1)
  screen.unmount()
})

test('a clock that is set back does not keep it open for longer', async () => {
  const { screen } = await openLedger()
  vi.setSystemTime(Date.now() - 60 * MINUTE_MS)
  await vi.advanceTimersByTimeAsync(10 * MINUTE_MS + 1_000)
  expect(locks()).toBe(1)
  screen.unmount()
})

test('long work keeps it open; from its end on the minutes count', async () => {
  const { screen, job, seconds } = await openLedger()
  let finish = () => {}
  const work = job.run(() => new Promise<void>((resolve) => (finish = resolve)))
  await vi.advanceTimersByTimeAsync(30 * MINUTE_MS)
  expect(locks()).toBe(0)
  expect(seconds()).toBeNull()
  finish()
  await work
  await vi.advanceTimersByTimeAsync(10 * MINUTE_MS + 1_000)
  expect(locks()).toBe(1)
  screen.unmount()
})

test('what was typed is saved before it locks', async () => {
  const { screen, put } = await openLedger()
  put('家中有病人')
  signOut = () => {
    expect(saved).toEqual(['家中有病人'])
    return { ledger: 'locked' }
  }
  window.dispatchEvent(new KeyboardEvent('keydown', { key: 'l', ctrlKey: true }))
  await flushPromises()
  expect(locks()).toBe(1)
  expect(saved).toEqual(['家中有病人'])
  screen.unmount()
})

test('what cannot be saved keeps it open until she says so; by itself it locks all the same', async () => {
  const { screen, office, put } = await openLedger()
  const lock = async () => {
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'l', ctrlKey: true }))
    await flushPromises()
  }
  isFull = true
  put('家中有病人')
  await lock()
  expect(locks()).toBe(0)
  expect(office.lockHindered?.code).toBe('disk_full')
  // She makes room: what was typed is saved then.
  isFull = false
  await lock()
  expect([locks(), saved, office.lockHindered]).toEqual([1, ['家中有病人'], null])

  office.take({ ledger: 'open' } as OfficeState)
  isFull = true
  put('又来一位')
  await lock()
  await office.signOut('anyway')
  expect([locks(), office.lockHindered]).toEqual([2, null])

  office.take({ ledger: 'open' } as OfficeState)
  await vi.advanceTimersByTimeAsync(10 * MINUTE_MS)
  expect(locks()).toBe(3)
  screen.unmount()
})

test('Ctrl+L locks at once, while she types and under a dialog too, and the door does not say that it locked itself', async () => {
  const { screen, office } = await openLedger()
  const dialog = document.createElement('div')
  dialog.setAttribute('aria-modal', 'true')
  document.body.append(dialog)
  await screen.get('input').trigger('keydown', { key: 'l' })
  expect(locks()).toBe(0)
  await screen.get('input').trigger('keydown', { key: 'L', ctrlKey: true })
  await flushPromises()
  expect(locks()).toBe(1)
  expect(office.lockedItself).toBe(false)
  screen.unmount()
})

test('where locking fails it is tried again', async () => {
  signOut = () => {
    throw { code: 'internal', facts: {} }
  }
  const { screen, office } = await openLedger()
  await vi.advanceTimersByTimeAsync(10 * MINUTE_MS)
  expect(office.lockedItself).toBe(false)
  signOut = () => ({ ledger: 'locked' })
  await vi.advanceTimersByTimeAsync(1_000)
  expect(office.lockedItself).toBe(true)
  screen.unmount()
})

test('once it is locked nothing is watched any more', async () => {
  const { screen } = await openLedger()
  screen.unmount()
  await vi.advanceTimersByTimeAsync(60 * MINUTE_MS)
  expect(locks()).toBe(0)
})
