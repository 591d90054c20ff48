// The inbox's order.
import { expect, test } from 'vitest'
import type { BatchLine } from '../../shared/bindings/console'
import { inOrder, isWaiting } from './order'

const batch = (id: string, received: string, imported: string | null, cases = 1) =>
  ({ id, received_at: received, imported_at: imported, cases }) as BatchLine

test('what waits comes first, the newest on top; a batch without cases waits for nobody', () => {
  const batches = [
    batch('done', '2026-11-26T11:00:00+08:00', '2026-11-26T11:05:00+08:00'),
    batch('old', '2026-11-24T11:00:00+08:00', null),
    batch('empty', '2026-11-26T12:00:00+08:00', null, 0),
    batch('new', '2026-11-25T11:00:00+08:00', null),
  ]
  expect(inOrder(batches).map((one) => one.id)).toEqual(['new', 'old', 'empty', 'done'])
  expect(batches.filter(isWaiting).map((one) => one.id)).toEqual(['old', 'new'])
})
