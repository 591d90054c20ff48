import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { makeI18n } from '@/shared/i18n'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import HandoverPage from './HandoverPage.vue'
import { handoverSheet } from './samples'

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

const of = (command: string) => asked.filter((one) => one.command === command).map((one) => one.args)
const dialog = () => document.querySelector<HTMLElement>('.el-dialog') as HTMLElement
const pictureOf = (n: number) => btoa(`picture ${n}`)

async function open() {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:rest(.*)', component: { render: () => null } }],
  })
  await router.push('/handover/a2')
  const screen = mount(HandoverPage, {
    props: { agent: 'a2' },
    global: { plugins: [createPinia(), router, makeI18n({ 'zh-CN': zh, en }, 'zh-CN')] },
    attachTo: document.body,
  })
  await flushPromises()
  return { screen, where: () => router.currentRoute.value.path }
}
async function press(screen: VueWrapper, words: string) {
  await screen
    .findAll('button')
    .find((one) => one.text() === words)
    ?.trigger('click')
  await flushPromises()
}
async function sign(screen: VueWrapper, at: number) {
  await screen.findAll('canvas')[at]?.trigger('pointerdown')
  await screen.findAll('canvas')[at]?.trigger('pointerup')
}
async function act() {
  dialog().querySelector<HTMLElement>('.dialog-acts .el-button:last-child')?.click()
  await flushPromises()
}
const field = (screen: VueWrapper, words: string) =>
  screen
    .findAll('label')
    .find((one) => one.text().startsWith(words))!
    .get<HTMLInputElement>('input, textarea')
const primary = (screen: VueWrapper) => screen.get('.action-bar .el-button--primary')
const hint = (screen: VueWrapper) => screen.get('.action-bar .hints').text()
/** All that is needed, and some of what is not. */
async function fillIn(screen: VueWrapper) {
  await press(screen, '添加材料')
  await press(screen, '添加材料')
  const [name, copies] = screen.findAll('tbody tr')[1]!.findAll('input')
  await name?.setValue(' 余桂英的户口簿 ')
  await copies?.setValue('２本')
  await press(screen, '余秀兰')
  await field(screen, '监交人').setValue(' 李主任 ')
  await field(screen, '备注').setValue('钥匙一把')
  for (const at of [0, 1, 2]) await sign(screen, at)
}

beforeEach(() => {
  asked.length = 0
  desk = { handover_sheet: () => handoverSheet(), today: () => null, sync_state: () => null }
  let pictures = 0
  vi.spyOn(HTMLCanvasElement.prototype, 'toBlob').mockImplementation((take) =>
    take(new Blob([`picture ${(pictures += 1)}`], { type: 'image/png' })),
  )
})
afterEach(() => {
  vi.restoreAllMocks()
  document.body.innerHTML = ''
})

test('what she has open is counted and listed, and it is said that nothing typed is kept before', async () => {
  const { screen } = await open()
  const words = screen.text()
  for (const said of ['移交人：王春生', '不会保存', '办件 1 件', '草稿 2 份', '一年内到期 5 项（其中逾期 1 项）']) {
    expect(words).toContain(said)
  }
  expect(screen.get('tbody').text()).toContain('乡镇已接收')
  expect(words).toContain('没有代保管的材料')
  screen.unmount()
})

test('the act waits for who takes over, who watches and three signatures, and says what is missing', async () => {
  const { screen } = await open()
  expect(primary(screen).attributes('disabled')).toBeDefined()
  expect(hint(screen)).toBe('还差：接收人、监交人、移交人签字、接收人签字、监交人签字')
  await press(screen, '其他人（不在这台电脑上）')
  await field(screen, '监交人').setValue('李主任')
  for (const at of [0, 1, 2]) await sign(screen, at)
  expect(hint(screen)).toBe('还差：接收人')
  await field(screen, '接收人姓名').setValue('刘新来')
  expect(hint(screen)).toBe('')
  expect(primary(screen).attributes('disabled')).toBeUndefined()
  await press(screen, '余秀兰')
  expect(hint(screen), 'another one has to sign').toBe('还差：接收人签字')
  screen.unmount()
})

test('it is handed over with what was typed and the three pictures, once what happens was read', async () => {
  desk.hand_over = () => [{ id: 'h1' }]
  const { screen, where } = await open()
  await fillIn(screen)
  await primary(screen).trigger('click')
  await flushPromises()
  expect(dialog().textContent).toContain('打不开')
  expect(of('hand_over')).toEqual([])
  await act()
  await vi.waitFor(() => expect(where()).toBe('/handovers/h1'))
  expect(of('hand_over')).toEqual([
    {
      new: {
        agent: 'a2',
        to_name: '余秀兰',
        to_agent: 'a1',
        witness: '李主任',
        papers: [{ name: '余桂英的户口簿', copies: 2, original: true }],
        note: '钥匙一把',
        from_signature: pictureOf(1),
        to_signature: pictureOf(2),
        witness_signature: pictureOf(3),
      },
    },
  ])
  screen.unmount()
})

test('a failure stays, with everything that was typed and signed', async () => {
  desk.hand_over = () => {
    throw { code: 'disk_full', facts: {} }
  }
  const { screen, where } = await open()
  await fillIn(screen)
  await primary(screen).trigger('click')
  await flushPromises()
  await act()
  await vi.waitFor(() => expect(dialog().textContent).toContain('磁盘满了'))
  expect(where()).toBe('/handover/a2')
  expect(field(screen, '监交人').element.value.trim()).toBe('李主任')
  expect(screen.findAll<HTMLInputElement>('tbody input')[0]?.element.value.trim()).toBe('余桂英的户口簿')
  expect(primary(screen).attributes('disabled')).toBeUndefined()
  screen.unmount()
})

test('she herself is told that the township ends her access, and is not asked whether she can come', async () => {
  desk.handover_sheet = () => handoverSheet({ is_me: true, cases: [], others: [] })
  const { screen } = await open()
  expect(screen.text()).toContain('没有未办结的办件')
  expect(screen.text()).not.toContain('不能到场')
  await press(screen, '其他人（不在这台电脑上）')
  await field(screen, '接收人姓名').setValue('刘新来')
  await field(screen, '监交人').setValue('李主任')
  for (const at of [0, 1, 2]) await sign(screen, at)
  await primary(screen).trigger('click')
  await flushPromises()
  expect(dialog().textContent).toContain('您的使用权由乡镇中心')
  expect(dialog().textContent).not.toContain('打不开')
  screen.unmount()
})

test('whoever cannot come to sign leaves without a hand-over', async () => {
  desk.remove_agent = () => ({})
  const { screen, where } = await open()
  await press(screen, '她不能到场签字：只停用口令')
  expect(dialog().textContent).toContain('王春生离岗')
  expect(of('remove_agent')).toEqual([])
  await act()
  expect(of('remove_agent')).toEqual([{ agent: 'a2' }])
  expect(of('hand_over')).toEqual([])
  expect(where()).toBe('/settings')
  screen.unmount()
})
