import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { CaseLines as Lines } from '@/shared/bindings/desk'
import { makeI18n } from '@/shared/i18n'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import { lineRow } from '../register/samples'
import CaseLines from './CaseLines.vue'

type Answer = (args: Record<string, unknown>) => unknown
const asked: { command: string; args: Record<string, unknown> }[] = []
let desk: Record<string, Answer> = {}
vi.mock('@tauri-apps/api/core', () => ({
  convertFileSrc: (path: string) => path,
  invoke: (_door: string, { command, args }: { command: string; args: Record<string, unknown> }) => {
    asked.push({ command, args })
    const answer = desk[command]
    return answer ? Promise.resolve().then(() => answer(args)) : Promise.reject({ code: 'internal', facts: {} })
  },
}))
vi.mock('@tauri-apps/api/event', () => ({ listen: () => Promise.resolve(() => {}) }))

const of = (command: string) => asked.filter((one) => one.command === command).map(({ args }) => args)
const signer = (id: string, title: string, may_send = true) => ({
  register: 'DJ_QIANZI',
  register_name: '签字跟踪',
  row: lineRow({ id, title, may_send }),
})
const people = [
  { person: 'p1', name: '余桂英', relation: '本人', is_listed: false },
  { person: 'p2', name: '王秀兰', relation: '妻', is_listed: false },
  { person: 'p3', name: '余小明', relation: '子', is_listed: true },
]
const lines = (change: Partial<Lines> = {}): Lines => ({
  lines: [],
  may_begin: [{ register: 'DJ_QIANZI', name: '签字跟踪' }],
  signers: { register: 'DJ_QIANZI', people },
  ...change,
})
async function open() {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:rest(.*)', component: { render: () => null } }],
  })
  const plugins = [createPinia(), router, makeI18n({ 'zh-CN': zh, en }, 'zh-CN')]
  const screen = mount(CaseLines, { props: { case: 'c1' }, global: { plugins }, attachTo: document.body })
  await flushPromises()
  return screen
}
async function press(words: string): Promise<void> {
  const all = [...document.body.querySelectorAll('button')].filter((one) => one.textContent?.trim() === words)
  expect(all, words).not.toHaveLength(0)
  all.at(-1)!.click()
  await flushPromises()
}
async function type(selector: string, words: string): Promise<void> {
  const field = document.body.querySelector<HTMLInputElement>(selector)!
  field.value = words
  field.dispatchEvent(new Event('input'))
  await flushPromises()
}
beforeEach(() => {
  asked.length = 0
  desk = { case_lines: () => lines(), today: () => null, sync_state: () => null }
})
afterEach(() => (document.body.innerHTML = ''))

test('whoever of the household must sign is ticked, and one press adds them all', async () => {
  desk.add_signers = () => lines({ lines: [signer('l1', '王秀兰 · 核对授权书'), signer('l2', '余小明 · 核对授权书')] })
  const screen = await open()
  await press('几个人一起加签字')
  const dialog = document.body.querySelector('.el-dialog')!
  expect(dialog.textContent).toContain('已在签字跟踪里')
  const boxes = [...dialog.querySelectorAll<HTMLInputElement>('input[type=checkbox]')]
  expect(
    boxes.map((box) => box.checked),
    'nobody is added unasked',
  ).toEqual([false, false, false])
  for (const box of boxes.slice(1)) box.dispatchEvent(new Event('change'))
  await flushPromises()
  await press('加 2 人')
  expect(of('add_signers'), 'the paper is wanting').toEqual([])
  await type('.pair input', '核对授权书')
  await type('.relation[aria-label^="余小明"]', '长子')
  await press('加 2 人')
  expect(of('add_signers')).toEqual([
    {
      order: {
        register: 'DJ_QIANZI',
        case: 'c1',
        paper: '核对授权书',
        by: null,
        signers: [
          { person: 'p2', relation: '妻' },
          { person: 'p3', relation: '长子' },
        ],
      },
    },
  ])
  expect(screen.findAll('li > a')).toHaveLength(2)
  screen.unmount()
})

test('several papers are marked as sent at once; what is wanting is said', async () => {
  const three = [signer('l1', '王秀兰'), signer('l2', '余小明'), signer('l3', '余秀英', false)]
  desk.case_lines = () => lines({ lines: three })
  desk.send_to_sign = () => Promise.reject({ code: 'line_incomplete', facts: {} })
  const screen = await open()
  const ticks = screen.findAll('.tick')
  expect(ticks, 'only those that wait').toHaveLength(2)
  for (const tick of ticks) await tick.trigger('change')
  await press('标为已寄出（2 人）')
  await press('标为已寄出')
  expect(document.body.querySelector('.el-dialog')?.textContent).toContain('请写上寄到哪里')
  desk.send_to_sign = () => lines({ lines: three.map((one) => signer(one.row.id, one.row.title, false)) })
  await type('.el-dialog .pair input', '深圳')
  await press('标为已寄出')
  expect(of('send_to_sign').at(-1)).toMatchObject({ case: 'c1', lines: ['l1', 'l2'], place: '深圳' })
  expect(screen.findAll('.tick')).toHaveLength(0)
  screen.unmount()
})
