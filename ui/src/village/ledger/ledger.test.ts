import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { ExportOrder, OfficeState } from '@/shared/bindings/desk'
import { makeI18n } from '@/shared/i18n'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import { useOffice } from '../office'
import LedgerPage from './LedgerPage.vue'

const asked: { command: string; args: Record<string, unknown> }[] = []

vi.mock('@tauri-apps/api/core', () => ({
  invoke: (door: string, { command, args }: { command: string; args: Record<string, unknown> }) => {
    if (door === 'choose') return Promise.resolve({ token: 'f1', name: '台账.xlsx' })
    asked.push({ command, args })
    if (command === 'list_cases') return Promise.resolve({ total: 0, rows: [] })
    if (command === 'export_cases') return Promise.resolve({ rows: 3 })
    return Promise.resolve([])
  },
}))
vi.mock('@tauri-apps/api/event', () => ({ listen: () => Promise.resolve(() => {}) }))

async function open() {
  const pinia = createPinia()
  useOffice(pinia).state = {
    agent: { id: 'a1', name: '余老师' },
    villages: [{ code: '420704100201', name: '大湖村' }],
  } as unknown as OfficeState
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:rest(.*)', component: { render: () => null } }],
  })
  const screen = mount(LedgerPage, {
    global: { plugins: [pinia, router, makeI18n({ 'zh-CN': zh, en }, 'zh-CN')] },
    attachTo: document.body,
  })
  await flushPromises()
  return screen
}
type Screen = Awaited<ReturnType<typeof open>>
async function exported(screen: Screen): Promise<ExportOrder> {
  const act = screen.findAll('button').find((button) => button.text().includes(zh['ledger.export_act']))
  await act?.trigger('click')
  await flushPromises()
  return asked.filter(({ command }) => command === 'export_cases').at(-1)?.args.what as ExportOrder
}

beforeEach(() => {
  asked.length = 0
})
afterEach(() => {
  document.body.innerHTML = ''
})

test('台账 goes out in the 21 columns of the paper form, in its order, unless she chooses otherwise', async () => {
  const screen = await open()
  const box = screen.get<HTMLInputElement>('.as-form input')
  expect(box.element.checked).toBe(true)
  const form = await exported(screen)
  expect(form.columns.map(({ heading }) => heading)).toEqual([
    '序号',
    '受理日期',
    '服务对象姓名',
    '性别',
    '年龄',
    '身份证号',
    '联系电话',
    '住址（村组）',
    '人员类别',
    '服务事项',
    '服务方式',
    '受理渠道',
    '所需/已收材料',
    '送达部门及日期',
    '承诺办结日',
    '办结日期',
    '办理结果',
    '结果送达（签收）',
    '满意度',
    '帮办代办员',
    '备注',
  ])
  expect(form.words).toMatchObject({
    'papers.lack': '缺：{papers}',
    'category.dibao': '低保',
    'outcome.refused': '不予确认',
    'handed_out.signed': '{day} {name}签收',
  })
  expect(form.head.title).toBe('帮办代办服务台账')
  for (const words of ['大湖村', '填报人：余老师', '审核人：', '联系电话：', '填报日期：']) {
    expect(form.head.facts).toContain(words)
  }
  expect(form.head.foot).toBe('第 {page} 页 共 {pages} 页')
  expect(screen.text()).toContain('已导出 3 件')

  await box.setValue(false)
  const own = await exported(screen)
  expect(own.columns.map(({ key }) => key)).toEqual([
    'number',
    'opened_at',
    'name',
    'sex',
    'age',
    'id_masked',
    'item',
    'standing',
    'photos',
    'due',
  ])
  expect(own.head.title).toBe('台账')
  screen.unmount()
})
