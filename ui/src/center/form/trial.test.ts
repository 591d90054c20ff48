// Steps of a trial go one after another, each with what the last answer gave; nothing that is typed gets lost on the way.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { FormTrial, TrialAct, TrialGiven } from '../../shared/bindings/console'
import { Failure } from '../../shared/failure'
import { makeTrial } from './trial'

type Asked = {
  given: TrialGiven | null
  act: TrialAct | null
  reply: (trial?: FormTrial) => void
  fail: (code: string) => void
}

/** What the center answers: it holds the answers that it was given. */
function trialOf(answers: Record<string, string>): FormTrial {
  const form = Object.entries({ '/data/a': '', '/data/b': '', ...answers }).map(([path, value]) => ({ path, value }))
  const repeats = [{ path: '/data/row', parent: '', label: 'Row', rows: 1, fixed: false }]
  return {
    title: 'T',
    given: { answers, aside: {} },
    form,
    repeats,
    problems: [],
    computed: [],
  } as unknown as FormTrial
}
function begun() {
  const asked: Asked[] = []
  const trial = makeTrial(
    (given, act) =>
      new Promise((resolve, reject) => {
        const held = { ...given?.answers, ...(act?.act === 'answer' ? { [act.path]: act.value } : {}) }
        asked.push({
          given,
          act,
          reply: (answer) => resolve(answer ?? trialOf(held)),
          fail: (code) => reject(new Failure(code)),
        })
      }),
  )
  const shown = (path: string) => trial.form.value.find((field) => field.path === path)?.value
  return { asked, trial, shown }
}
const settle = () => vi.advanceTimersByTimeAsync(0)
const pause = () => vi.advanceTimersByTimeAsync(300)
beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

async function opened() {
  const it = begun()
  void it.trial.begin()
  it.asked[0]?.reply()
  await settle()
  return it
}

test('it begins with nothing given', async () => {
  const { asked, trial } = await opened()
  expect(asked[0]).toMatchObject({ given: null, act: null })
  expect(trial.view.value?.title).toBe('T')
})
test('keystrokes go as one answer after a pause', async () => {
  const { asked, trial, shown } = await opened()
  for (const value of ['1', '12', '123']) trial.answer('/data/a', value)
  expect(asked).toHaveLength(1)
  expect(shown('/data/a')).toBe('123')
  await pause()
  expect(asked.map(({ act }) => act).slice(1)).toEqual([{ act: 'answer', path: '/data/a', value: '123' }])
})
test('what is typed while an answer is on its way follows it, with what it gave', async () => {
  const { asked, trial, shown } = await opened()
  trial.answer('/data/a', '1')
  await pause()
  trial.answer('/data/a', '12')
  trial.answer('/data/b', 'x')
  await pause()
  expect(asked).toHaveLength(2)
  asked[1]?.reply()
  await settle()
  expect(shown('/data/a')).toBe('12')
  expect(asked[2]).toMatchObject({ given: { answers: { '/data/a': '1' } }, act: { path: '/data/a', value: '12' } })
  asked[2]?.reply()
  await settle()
  asked[3]?.reply()
  await settle()
  expect([shown('/data/a'), shown('/data/b'), trial.busy.value]).toEqual(['12', 'x', false])
})
test('without a connection what was typed stays, and goes when it is tried again', async () => {
  const { asked, trial, shown } = await opened()
  trial.answer('/data/a', '1')
  await pause()
  asked[1]?.fail('connection_lost')
  await settle()
  expect([trial.failure.value?.code, shown('/data/a')]).toEqual(['connection_lost', '1'])
  void trial.flush()
  expect(asked[2]?.act).toEqual({ act: 'answer', path: '/data/a', value: '1' })
  asked[2]?.reply()
  await settle()
  expect([trial.failure.value, trial.busy.value]).toEqual([null, false])
})
test('an answer to what is not asked any more is let go, the rest goes on', async () => {
  const { asked, trial, shown } = await opened()
  trial.answer('/data/gone', '1')
  trial.answer('/data/b', '2')
  await pause()
  asked[1]?.fail('answer_unknown')
  await settle()
  asked[2]?.reply()
  await settle()
  expect([shown('/data/b'), trial.failure.value, trial.busy.value]).toEqual(['2', null, false])
})
test('rows are added behind what was typed before', async () => {
  const { asked, trial } = await opened()
  trial.answer('/data/a', '1')
  void trial.addRow('/data/row')
  asked[1]?.reply()
  await settle()
  expect(asked.slice(1).map(({ act }) => act?.act)).toEqual(['answer', 'add'])
})
test('a copied row is added and filled in, with what was typed a moment ago', async () => {
  const { asked, trial } = await opened()
  trial.answer('/data/row[1]/name', 'Yu')
  void trial.copyRow('/data/row[1]')
  asked[1]?.reply()
  await settle()
  asked[2]?.reply()
  await settle()
  expect(asked.slice(2).map(({ act }) => act)).toEqual([
    { act: 'add', path: '/data/row' },
    { act: 'answer', path: '/data/row[2]/name', value: 'Yu' },
  ])
})
test('beginning anew, nothing of before is heard', async () => {
  const { asked, trial, shown } = await opened()
  trial.answer('/data/a', '1')
  await pause()
  void trial.begin()
  asked[2]?.reply(trialOf({}))
  await settle()
  asked[1]?.reply()
  await settle()
  expect(asked[2]).toMatchObject({ given: null, act: null })
  expect(shown('/data/a')).toBe('')
})
test('in another language the same answers are asked for again', async () => {
  const { asked, trial } = await opened()
  trial.answer('/data/a', '1')
  await pause()
  asked[1]?.reply()
  await settle()
  void trial.askAgain()
  expect(asked[2]).toMatchObject({ given: { answers: { '/data/a': '1' } }, act: null })
})
