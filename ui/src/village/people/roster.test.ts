import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { OfficeState } from '@/shared/bindings/desk'
import { makeI18n } from '@/shared/i18n'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import { useOffice } from '../office'
import RosterPage from './RosterPage.vue'

const asked: { command: string; args: Record<string, unknown> }[] = []
let desk: Record<string, (args: Record<string, unknown>) => unknown> = {}
vi.mock('@tauri-apps/api/core', () => ({
  convertFileSrc: (path: string) => path,
  invoke: (door: string, { command, args }: { command: string; args: Record<string, unknown> }) => {
    if (door === 'choose') return Promise.resolve({ token: 'f1', name: '花名册.xlsx' })
    asked.push({ command, args })
    const answer = desk[command]
    return answer ? Promise.resolve().then(() => answer(args)) : Promise.reject({ code: 'internal', facts: {} })
  },
}))
vi.mock('@tauri-apps/api/event', () => ({ listen: () => Promise.resolve(() => {}) }))
afterEach(() => (document.body.innerHTML = ''))

test('possible duplicates are told before the import, by the village that is chosen, and it goes on all the same', async () => {
  const one = { row: 5, person: null, name: '余桂瑛', id_masked: '4207**********0042', household_no: '12' }
  desk = {
    preview_roster: () => ({
      file_name: '花名册.xlsx',
      rows: 9,
      good: 9,
      wrong: 0,
      households: 3,
      columns: [],
      problems: [],
      people: [],
    }),
    roster_doubles: ({ village }) =>
      village === 'v2'
        ? { total: 0, rows: [] }
        : {
            total: 3,
            rows: [
              { one, other: { ...one, row: 7, name: '余桂英' }, by: 'sound_and_birth' },
              { one, other: { ...one, row: null, person: 'p1', name: '余桂英', id_masked: '' }, by: 'name_alone' },
            ],
          },
    import_roster: () => ({ added: 9, changed: 0, unchanged: 0, households_added: 3, wrong_rows: 0 }),
    today: () => null,
    sync_state: () => null,
  }
  const pinia = createPinia()
  const villages = [
    { code: 'v1', name: '大湖村' },
    { code: 'v2', name: '小湖村' },
  ]
  useOffice(pinia).state = { villages } as OfficeState
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:rest(.*)', component: { render: () => null } }],
  })
  const plugins = [pinia, router, makeI18n({ 'zh-CN': zh, en }, 'zh-CN')]
  const screen = mount(RosterPage, { global: { plugins }, attachTo: document.body })
  const press = async (words: string) => {
    await screen
      .findAll('button')
      .find((button) => button.text().startsWith(words))!
      .trigger('click')
    await flushPromises()
  }
  await press('选择文件')
  expect(screen.text()).toContain('有 3 处可能是同一个人')
  const rows = screen.findAll('tbody tr').map((row) => row.text())
  expect(rows[0]).toContain('本表第 7 行 · 余桂英 · 4207**********0042')
  expect(rows[1]).toContain('台账里的人 · 余桂英')
  expect(rows[2]).toContain('还有 1 处没有列出')
  await press('小湖村')
  expect(asked.filter(({ command }) => command === 'roster_doubles').map(({ args }) => args.village)).toEqual([
    'v1',
    'v2',
  ])
  expect(screen.text()).not.toContain('可能是同一个人')
  await press('大湖村')
  await press('导入 9 人')
  expect(
    asked.some(({ command }) => command === 'import_roster'),
    'not by one press',
  ).toBe(false)
  const dialog = document.body.querySelector('.el-dialog')
  expect(dialog?.textContent).toContain('导入 9 人？')
  expect(dialog?.textContent).toContain('导入后不能整批撤回；个别有误的，在其个人页面更正。')
  dialog?.querySelector<HTMLElement>('.el-button--primary')?.click()
  await flushPromises()
  expect(asked.some(({ command }) => command === 'import_roster')).toBe(true)
  expect(screen.text()).toContain(zh['roster.done'])
  screen.unmount()
})
