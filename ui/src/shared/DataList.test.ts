import { flushPromises, mount } from '@vue/test-utils'
import { beforeEach, expect, test, vi } from 'vitest'
import { h } from 'vue'
import DataList from './DataList.vue'
import { makeI18n } from './i18n'
import type { Order } from './list'

interface Row {
  id: string
  name: string
}
const ROW_PX = 44
const SIGHT_PX = 440

// happy-dom lays nothing out: the list is told how high it is.
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(SIGHT_PX)
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(800)
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(SIGHT_PX)
  vi.spyOn(HTMLElement.prototype, 'scrollHeight', 'get').mockReturnValue(1000 * ROW_PX)
  Element.prototype.scrollTo = function scrollTo(this: Element, to?: ScrollToOptions | number) {
    this.scrollTop = typeof to === 'object' ? (to.top ?? 0) : 0
    this.dispatchEvent(new Event('scroll'))
  } as typeof Element.prototype.scrollTo
})

function listOf(total: number) {
  const fetchPage = vi.fn((offset: number, limit: number) =>
    Promise.resolve({
      total,
      rows: Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, at) => ({
        id: `r${offset + at}`,
        name: `第 ${offset + at} 人`,
      })),
    }),
  )
  const opened: Row[] = []
  const list = mount(DataList<Row>, {
    props: {
      label: '群众',
      columns: [{ key: 'name', label: '姓名', sortable: true }],
      rowKey: (row: Row) => row.id,
      fetchPage,
      order: { by: 'name', descending: false } as Order | null,
      onOpen: (row: Row) => opened.push(row),
      'onUpdate:order': (order: Order | null) => void list.setProps({ order }),
    },
    slots: { 'cell-name': ({ row }: { row: Row }) => h('span', row.name), empty: () => h('p', '没有人') },
    global: { plugins: [makeI18n({ 'zh-CN': {}, en: {} }, 'zh-CN')] },
    attachTo: document.body,
  })
  return { list, fetchPage, opened }
}

test('100,000 rows are one page fetched and a few rows drawn', async () => {
  const { list, fetchPage } = listOf(100_000)
  await flushPromises()
  expect(fetchPage).toHaveBeenCalledExactlyOnceWith(0, 100)
  expect(list.findAll('.data').length).toBeLessThan(40)
  expect(list.get('[role="grid"]').attributes('aria-rowcount')).toBe('100001')
  expect(list.get('.whole').attributes('style')).toContain(`height: ${100_000 * ROW_PX}px`)
  list.unmount()
})

test('the arrows move, End goes to the last row and fetches its page, Enter opens', async () => {
  const { list, fetchPage, opened } = listOf(1000)
  await flushPromises()
  await list.get('[data-index="0"]').trigger('keydown', { key: 'ArrowDown' })
  await flushPromises()
  expect(document.activeElement?.getAttribute('data-index')).toBe('1')
  await list.get('[data-index="1"]').trigger('keydown', { key: 'Enter' })
  expect(opened.map((row) => row.id)).toEqual(['r1'])
  await list.get('[data-index="1"]').trigger('keydown', { key: 'End' })
  await flushPromises()
  expect(fetchPage).toHaveBeenCalledWith(900, 100)
  list.unmount()
})

test('sorting turns the other way on the second click and begins at the top', async () => {
  const { list, fetchPage } = listOf(1000)
  await flushPromises()
  fetchPage.mockClear()
  await list.get('[role="columnheader"] button').trigger('click')
  await flushPromises()
  expect(list.props('order')).toEqual({ by: 'name', descending: true })
  expect(list.get('[role="columnheader"]').attributes('aria-sort')).toBe('descending')
  expect(fetchPage).toHaveBeenCalledWith(0, 100)
  list.unmount()
})

test('an empty list says so; a page that failed is told and asked for again', async () => {
  const { list } = listOf(0)
  await flushPromises()
  expect(list.text()).toContain('没有人')
  list.unmount()
  const { list: other, fetchPage } = listOf(3)
  await flushPromises()
  fetchPage.mockRejectedValueOnce(new Error('gone'))
  await other.vm.reload()
  expect(other.emitted('failed')).toHaveLength(1)
  await other.vm.reload()
  expect(other.findAll('.data')).toHaveLength(3)
  other.unmount()
})
