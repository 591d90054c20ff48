// Every screen of the window in both languages, at 1366 × 768 and with type of 150 %: nothing cut off, nothing sideways, no complaint.
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeDemo, type Demo } from './harness/demo'
import { newFolder } from './harness/folder'
import { lookAtAll, sizes } from './harness/looking'
import { PIN } from './harness/programs'
import { Window } from './harness/window'
import { wordsOf } from './harness/words'
import { windowScreens } from './screens'
import { handoverRecord, repairScreen, restoreScreen, workScreens } from './screens.work'

const folder = newFolder('layout-window')
let demo: Demo
let window: Window
beforeAll(async () => {
  demo = await makeDemo(folder.path)
  window = await Window.open(folder.path)
  await window.size(1366, 768)
}, 180_000)
afterAll(async () => {
  await Promise.allSettled([window?.close(), demo?.center.stop()])
  folder.remove()
})

test.each(sizes)('before signing in, in %s, type of size %i', async (language, zoom) => {
  await window.speak(language, zoom)
  const say = wordsOf('village', language)
  await window.reads(say('sign_in.sub'))
  expect(await window.flaws()).toEqual([])
  await window.press('button', say('sign_in.forgot'))
  await window.reads(say('recover.title'))
  expect(await window.flaws()).toEqual([])
  await window.press('button', say('act.back'))
  await window.reads(say('sign_in.sub'))
})

test.each(sizes)('every screen in %s, type of size %i', async (language, zoom) => {
  if ((await window.desk('office_state', {})).ledger !== 'open') await window.desk('sign_in', { pin: PIN })
  await window.speak(language, zoom)
  expect(await lookAtAll(window, demo, [...windowScreens, ...workScreens], language, zoom)).toEqual([])
  expect(await window.complaints()).toEqual([])
})

test.each(sizes)('what was handed over, in %s, type of size %i', async (language, zoom) => {
  if ((await window.desk('office_state', {})).ledger !== 'open') await window.desk('sign_in', { pin: PIN })
  await window.speak(language, zoom)
  expect(await lookAtAll(window, demo, [handoverRecord], language, zoom)).toEqual([])
  expect(await window.complaints()).toEqual([])
})

test.each(sizes)('a damaged ledger at the door, in %s, type of size %i', async (language, zoom) => {
  await window.speak(language, zoom)
  const repair = repairScreen(join(folder.path, 'ledger'))
  expect(await lookAtAll(window, demo, [repair], language, zoom)).toEqual([])
  expect(await window.complaints()).toEqual([])
})

test('a laptop without a ledger, in both languages and sizes', async () => {
  const empty = newFolder('layout-empty')
  const first = await Window.open(empty.path)
  try {
    await first.size(1366, 768)
    for (const [language, zoom] of sizes) {
      await first.speak(language, zoom)
      await first.reads(wordsOf('village', language)('make.title'))
      expect(await first.flaws(), `${language} ${zoom}`).toEqual([])
      expect(await lookAtAll(first, demo, [restoreScreen], language, zoom)).toEqual([])
    }
    expect(await first.complaints()).toEqual([])
  } finally {
    await first.close()
    empty.remove()
  }
})
