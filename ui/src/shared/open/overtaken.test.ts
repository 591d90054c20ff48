// What came too late is told outside of the dialog.
import { expect, test } from 'vitest'
import { Failure } from '../failure'
import { useOvertaken } from './overtaken'

test('that somebody was faster stays to be read, other failures do not, and a new try ends it', async () => {
  const { overtaken, settled } = useOvertaken()
  await expect(settled(Promise.reject(new Failure('conflict_moved')))).rejects.toThrow('conflict_moved')
  expect(overtaken.value?.code).toBe('conflict_moved')
  await expect(settled(Promise.reject(new Failure('connection_lost')))).rejects.toThrow('connection_lost')
  expect(overtaken.value).toBeNull()
  expect(await settled(Promise.resolve(7))).toBe(7)
})
