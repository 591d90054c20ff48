import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { Failure } from '@/shared/api'
import { useSaver, type Saver } from './saving'

type Answers = Record<string, string>

function saverOf(save: (answers: Answers) => Promise<void>, givesUp?: (failure: Failure) => boolean) {
  let saver: Saver<Answers> | undefined
  const screen = mount(
    defineComponent(() => {
      saver = useSaver<Answers>(save, givesUp)
      return () => h('p')
    }),
  )
  return { saver: saver as Saver<Answers>, screen }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('what is typed in one go is saved once, within 400 ms, with the last value of each field', async () => {
  const save = vi.fn(() => Promise.resolve())
  const { saver } = saverOf(save)
  saver.put({ name: '余' })
  saver.put({ name: '余桂英' })
  saver.put({ phone: '13900000000' })
  expect(saver.unsaved.value).toEqual({ name: '余桂英', phone: '13900000000' })
  await vi.advanceTimersByTimeAsync(400)
  expect(save).toHaveBeenCalledExactlyOnceWith({ name: '余桂英', phone: '13900000000' })
  expect(saver.busy.value).toBe(false)
})

test('who types on without a pause is saved all the same', async () => {
  const saved: Answers[] = []
  const { saver } = saverOf((answers) => Promise.resolve(void saved.push(answers)))
  for (const length of Array.from({ length: 40 }, (_, at) => at + 1)) {
    saver.put({ address: '村'.repeat(length) })
    await vi.advanceTimersByTimeAsync(50)
  }
  expect(saved.length).toBeGreaterThanOrEqual(5)
  expect(saved.at(-1)?.address.length).toBeGreaterThan(32)
})

test('what is typed while saving is saved after it, never beside it', async () => {
  const saved: Answers[] = []
  let finish = () => {}
  const { saver } = saverOf((answers) => {
    saved.push(answers)
    return new Promise((resolve) => (finish = resolve))
  })
  saver.put({ a: '1' })
  void saver.flush()
  saver.put({ a: '2' })
  const whole = saver.flush()
  expect(saved).toEqual([{ a: '1' }])
  expect(saver.unsaved.value).toEqual({ a: '2' })
  finish()
  await flushPromises()
  expect(saved).toEqual([{ a: '1' }, { a: '2' }])
  finish()
  await whole
  expect(saver.unsaved.value).toBeNull()
})

test('what could not be saved is kept and goes with the next try; the newer value wins', async () => {
  const save = vi.fn<(answers: Answers) => Promise<void>>().mockRejectedValueOnce({ code: 'disk_full', facts: {} })
  save.mockResolvedValue()
  const { saver } = saverOf(save)
  saver.put({ a: '1', b: '1' })
  await saver.flush()
  expect(saver.failure.value?.code).toBe('disk_full')
  expect(saver.unsaved.value).toEqual({ a: '1', b: '1' })
  saver.put({ a: '2' })
  await saver.flush()
  expect(save).toHaveBeenLastCalledWith({ a: '2', b: '1' })
  expect(saver.failure.value).toBeNull()
})

test('an answer to a question that is not asked any more is dropped', async () => {
  const save = vi.fn(() => Promise.reject(new Failure('answer_unknown')))
  const { saver } = saverOf(save, (failure) => failure.code === 'answer_unknown')
  saver.put({ gone: 'x' })
  await saver.flush()
  expect(saver.unsaved.value).toBeNull()
})

test('leaving the screen saves what waits', async () => {
  const save = vi.fn(() => Promise.resolve())
  const { saver, screen } = saverOf(save)
  saver.put({ a: '1' })
  screen.unmount()
  await flushPromises()
  expect(save).toHaveBeenCalledWith({ a: '1' })
})
