import { flushPromises, mount } from '@vue/test-utils'
import { expect, test, vi } from 'vitest'
import { useFetched } from './fetched'

vi.mock('./office', () => ({ onLedgerChange: () => {} }))

/** An answer that comes when it is let go. */
function later(): { work: () => Promise<string>; come: (answer: string) => void } {
  let come: (answer: string) => void = () => {}
  const answer = new Promise<string>((done) => (come = done))
  return { work: () => answer, come: (text) => come(text) }
}

test('of two acts on the way the answer that comes last is not shown where it may be the older', async () => {
  let now = 'before'
  let fetched!: ReturnType<typeof useFetched<string>>
  mount({ setup: () => ((fetched = useFetched(() => Promise.resolve(now))), () => null) })
  await flushPromises()
  expect(fetched.data.value).toBe('before')

  const [picture, tick] = [later(), later()]
  void fetched.showDone(picture.work)
  void fetched.showDone(tick.work)
  tick.come('ticked')
  await flushPromises()
  expect(fetched.data.value).toBe('ticked')
  now = 'ticked, with a picture'
  picture.come('a picture, not ticked')
  await flushPromises()
  expect(fetched.data.value).toBe('ticked, with a picture')

  await fetched.showDone(() => Promise.resolve('alone'))
  expect(fetched.data.value).toBe('alone')
})
