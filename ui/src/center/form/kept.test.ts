// What is put into a form for trial never leaves the browser, and is named as a laptop names it.
import { createHash } from 'node:crypto'
import { beforeEach, expect, test, vi } from 'vitest'
import { makeKept } from './kept'

let made = 0
const revoked = vi.fn()
beforeEach(() => {
  made = 0
  revoked.mockClear()
  vi.stubGlobal('URL', { createObjectURL: () => `blob:${(made += 1)}`, revokeObjectURL: revoked })
})

test('a picture is answered by the digest of its bytes, the same one once', async () => {
  const kept = makeKept()
  const picture = new File(['picture'], 'a.png', { type: 'image/png' })
  const digest = await kept.keepPicture(picture)
  expect(digest).toBe(createHash('sha256').update('picture').digest('hex'))
  expect(await kept.keepPicture(picture)).toBe(digest)
  expect([made, kept.urlOf(digest)]).toEqual([1, 'blob:1'])
  await expect(kept.keepPicture(new File(['x'], 'a.pdf'))).rejects.toMatchObject({ code: 'photo_unreadable' })
})
test('a file keeps its name and size; one too large for any laptop is refused', async () => {
  const kept = makeKept()
  const digest = await kept.keep(new File(['1234'], '证明.pdf'), '证明.pdf')
  expect(kept.fileOf(digest)).toMatchObject({ name: '证明.pdf', size_bytes: 4, picture: false })
  const large = { size: 17 * 1024 * 1024 } as File
  await expect(kept.keep(large, 'a.mp4')).rejects.toMatchObject({ code: 'file_too_large', facts: { most_mib: 16 } })
})
test('what the form shows comes from what was brought, once; nothing is left of a form that is put away', () => {
  const kept = makeKept()
  const brought = { 'card.png': btoa('png') }
  expect(kept.shownUrl(brought, 'card.png')).toBe('blob:1')
  expect(kept.shownUrl(brought, 'card.png')).toBe('blob:1')
  expect(kept.shownUrl(brought, 'gone.png')).toBe('')
  kept.forget()
  expect(revoked).toHaveBeenCalledWith('blob:1')
  expect(kept.shownUrl(brought, 'card.png')).toBe('blob:2')
})
