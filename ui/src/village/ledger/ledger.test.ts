import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { ExportOrder, OfficeState } from '@/shared/bindings/desk'
import { makeI18n } from '@/shared/i18n'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import { useOffice } from '../office'
import { useLedgerChoice } from './choice'
import LedgerPage from './LedgerPage.vue'
import { FORM_COLUMNS } from './paperForm'
import { FORM_LAYOUT } from './paperLayout'

const asked: { command: string; args: Record<string, unknown> }[] = []

vi.mock('@tauri-apps/api/core', () => ({
  invoke: (door: string, { command, args }: { command: string; args: Record<string, unknown> }) => {
    if (door === 'choose') return Promise.resolve({ token: 'f1', name: '台账.xlsx' })
    asked.push({ command, args })
    if (command === 'list_cases') return Promise.resolve({ total: 600, rows: [] })
    if (command === 'print_cases') return Promise.resolve(onPaper(args.what as ExportOrder))
    if (command === 'export_cases') return Promise.resolve({ rows: 3 })
    return Promise.resolve([])
  },
}))
vi.mock('@tauri-apps/api/event', () => ({ listen: () => Promise.resolve(() => {}) }))

/** Each cell says which column it is of. */
const onPaper = ({ columns }: ExportOrder) => ({
  rows: [1, 2].map((n) => columns.map(({ key }) => (key === 'rating' ? '' : `${key}${n}`))),
  total: 600,
})

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

async function printed(screen: Screen): Promise<{ heads: string[]; rows: string[][]; text: string }> {
  const act = screen.findAll('button').find((button) => button.text() === zh['case.print'])
  await act?.trigger('click')
  await flushPromises()
  const sheet = document.querySelector('.ledger-paper')
  const cellsOf = (row: Element) => [...row.children].map((cell) => [...cell.children].map((one) => one.textContent))
  return {
    heads: [...(sheet?.querySelectorAll('thead th') ?? [])].map((cell) =>
      [...cell.children].map((one) => one.textContent).join('/'),
    ),
    rows: [...(sheet?.querySelectorAll('tbody tr') ?? [])].map((row) => cellsOf(row).map((cell) => cell.join('/'))),
    text: sheet?.textContent ?? '',
  }
}

test('台账 goes on paper with all the columns of the form, and says what it is a part of and what is left', async () => {
  window.print = vi.fn()
  const screen = await open()
  const choice = useLedgerChoice()
  Object.assign(choice.filter, { text: '4207031951', standing: 'draft', from: '2026-11-01', to: '2026-11-28' })
  const form = await printed(screen)
  expect(window.print).toHaveBeenCalledOnce()
  const what = asked.find(({ command }) => command === 'print_cases')?.args.what as ExportOrder
  expect(what.filter).toMatchObject({ standing: 'draft', from: '2026-11-01' })
  // Every column of the form stands on it once, though some share one.
  const stacked = FORM_LAYOUT.flatMap(({ keys }) => keys)
  expect([...stacked].sort()).toEqual([...FORM_COLUMNS].sort())
  expect(form.heads.slice(0, 4)).toEqual(['序号', '受理日期', '服务对象姓名/性别/年龄', '身份证号/联系电话'])
  expect(form.rows[0]?.slice(2, 4)).toEqual(['name1/sex1/age1', 'id_masked1/phone_masked1'])
  expect(form.rows[1]?.at(-2)).toBe('—/agent2')
  for (const words of [
    '帮办代办服务台账',
    '大湖村',
    '填报人：余老师',
    '填报日期',
    '2026年11月1日 至',
    '草稿',
    '2 件',
  ]) {
    expect(form.text).toContain(words)
  }
  expect(form.text).toContain('按姓名或号码查找的结果')
  expect(form.text).not.toContain('4207031951')
  expect(form.text).toContain('另有 598 件没有打印')
  expect(screen.text()).toContain('另有 598 件没有打印')
  window.dispatchEvent(new Event('afterprint'))
  await flushPromises()
  expect(document.querySelector('.ledger-paper')).toBeNull()

  await screen.get<HTMLInputElement>('.as-form input').setValue(false)
  const own = await printed(screen)
  expect(own.heads).toEqual([
    '序号',
    '开始日期',
    '姓名',
    '性别',
    '年龄',
    '身份证号',
    '事项',
    '状态',
    '照片张数',
    '到期日',
  ])
  expect(own.rows[0]?.[2]).toBe('name1')
  screen.unmount()
})
