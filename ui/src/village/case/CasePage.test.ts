import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { makeI18n } from '@/shared/i18n'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import CasePage from './CasePage.vue'
import { caseView } from './samples'

type Answer = (args: Record<string, unknown>) => unknown
const asked: { command: string; args: Record<string, unknown> }[] = []
let desk: Record<string, Answer> = {}

vi.mock('@tauri-apps/api/core', () => ({
  convertFileSrc: (path: string) => `photo://localhost/${path}`,
  invoke: (_door: string, { command, args }: { command: string; args: Record<string, unknown> }) => {
    asked.push({ command, args })
    const answer = desk[command]
    return answer ? Promise.resolve().then(() => answer(args)) : Promise.reject({ code: 'internal', facts: {} })
  },
}))
vi.mock('@tauri-apps/api/event', () => ({ listen: () => Promise.resolve(() => {}) }))

async function open() {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:rest(.*)', component: { render: () => null } }],
  })
  const screen = mount(CasePage, {
    props: { id: 'c1' },
    global: { plugins: [createPinia(), router, makeI18n({ 'zh-CN': zh, en }, 'zh-CN')] },
    attachTo: document.body,
  })
  await flushPromises()
  return screen
}
const commands = () => asked.map((one) => one.command)

beforeEach(() => {
  vi.useFakeTimers()
  asked.length = 0
  desk = { show_case: () => caseView(), answer_case: () => caseView(), sync_state: () => null, today: () => null }
  Element.prototype.scrollIntoView = () => {}
})
afterEach(() => {
  vi.useRealTimers()
  document.body.innerHTML = ''
})

test('what is typed is saved without a button, and the screen says when', async () => {
  const screen = await open()
  expect(screen.get('.saved-note').text()).toContain('已存')
  await screen.findAll('input.control')[1]?.setValue('家中有病人')
  expect(screen.get('.saved-note').text()).toBe('正在保存…')
  await vi.advanceTimersByTimeAsync(400)
  expect(asked.at(-1)).toEqual({
    command: 'answer_case',
    args: { case: 'c1', answers: { '/data/reason': '家中有病人' } },
  })
  expect(screen.get('.saved-note').text()).toContain('已存')
  screen.unmount()
})

test('submitting saves first; what hinders is named, and the cursor goes to the first of it', async () => {
  desk.submit_case = () => {
    throw { code: 'case_incomplete', facts: {} }
  }
  const screen = await open()
  await screen.findAll('input.control')[0]?.setValue('余桂兰')
  await screen.get('.action-bar .el-button--primary').trigger('click')
  await flushPromises()
  expect(commands().filter((name) => name === 'answer_case' || name === 'submit_case')).toEqual([
    'answer_case',
    'submit_case',
  ])
  expect(screen.get('.hindrances').text()).toContain('申请理由')
  expect(screen.get('.hindrances').text()).toContain('户口簿')
  expect(document.activeElement?.closest('[data-path]')?.getAttribute('data-path')).toBe('/data/reason')
  screen.unmount()
})

test('nothing is submitted while what was typed cannot be saved', async () => {
  desk.answer_case = () => {
    throw { code: 'disk_full', facts: {} }
  }
  desk.submit_case = () => caseView()
  const screen = await open()
  await screen.findAll('input.control')[0]?.setValue('余桂兰')
  await screen.get('.action-bar .el-button--primary').trigger('click')
  await flushPromises()
  expect(commands()).not.toContain('submit_case')
  expect(screen.text()).toContain('磁盘满了')
  expect(screen.findAll<HTMLInputElement>('input.control')[0]?.element.value).toBe('余桂兰')
  screen.unmount()
})

test('what the township said leads to its place', async () => {
  const back = { entry: 'r1', revision: 'e1', remarks: [], note: '' }
  const view = caseView()
  desk.show_case = () => ({
    ...view,
    row: { ...view.row, standing: 'returned', revision: 1, returned: back },
    returns: [
      {
        ...back,
        at: '2026-11-25T10:00:00+08:00',
        note: '请补齐',
        remarks: [{ path: '/data/reason', label: '申请理由', text: '请写清楚' }],
      },
    ],
  })
  const screen = await open()
  expect(screen.get('.notice').text()).toContain('请写清楚')
  await screen.get('.notice .word-button').trigger('click')
  await flushPromises()
  expect(document.activeElement?.closest('[data-path]')?.getAttribute('data-path')).toBe('/data/reason')
  screen.unmount()
})

test('a submitted case is withdrawn for a reason only, and says why afterwards', async () => {
  desk.show_case = () => caseView({ can_withdraw: true, draft_saved_at: null })
  desk.withdraw_case = ({ reason }) =>
    caseView({
      can_edit: false,
      draft_saved_at: null,
      withdrawn: { reason: String(reason), at: '2026-11-28T10:00:00+08:00', by: '余老师' },
    })
  const screen = await open()
  const press = async (words: string) => {
    const all = [...document.body.querySelectorAll('button')].filter((one) => one.textContent?.trim() === words)
    all.at(-1)?.click()
    await flushPromises()
  }
  await press('撤回申请')
  await vi.advanceTimersByTimeAsync(400)
  expect(document.body.textContent).toContain('不能恢复')
  await press('撤回申请')
  expect(commands()).not.toContain('withdraw_case')
  const reason = document.body.querySelector<HTMLTextAreaElement>('.el-dialog textarea')!
  reason.value = '本人不申请了'
  reason.dispatchEvent(new Event('input'))
  await flushPromises()
  await press('撤回申请')
  expect(asked.find((one) => one.command === 'withdraw_case')?.args).toEqual({ case: 'c1', reason: '本人不申请了' })
  expect(screen.get('.withdrawn').text()).toContain('原因：本人不申请了')
  screen.unmount()
})

test('a withdrawal that the township was before says so above the form and in the history', async () => {
  desk.show_case = () =>
    caseView({
      can_withdraw: true,
      draft_saved_at: null,
      withdrawal_lost: { crossed: 'accepted', at: '2026-11-28T10:00:00+08:00' },
      history: [
        {
          at: '2026-11-28T10:00:00+08:00',
          kind: 'case_withdrawn',
          side: 'agent',
          by: '余老师',
          received_at: null,
          case: null,
          visit: null,
          line: null,
          void: '',
          crossed: 'accepted',
          item_name: '',
        },
      ],
    })
  const screen = await open()
  expect(screen.get('.notice.lost').text()).toContain('撤回未生效：乡镇已受理')
  expect(screen.get('.notice.lost').text()).toContain('请再撤回一次')
  const history = screen.findAll('button').find((one) => one.text() === zh['case.history'])!
  await history.trigger('click')
  expect(screen.get('.time-line li').text()).toContain('撤回未生效：乡镇已受理')
  screen.unmount()
})
