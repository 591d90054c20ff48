import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, type Pinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { FormOrder, OfficeState } from '@/shared/bindings/desk'
import { makeI18n } from '@/shared/i18n'
import en from '@i18n/village.en.json'
import zh from '@i18n/village.zh-CN.json'
import { useOffice } from '../office'
import { formColumns, listRow, listView, sheetView, whoRow, whoView } from './samples'
import { useSheet } from './sheet'
import SheetPage from './SheetPage.vue'

type Answer = (args: Record<string, unknown>) => unknown
const asked: { command: string; args: Record<string, unknown> }[] = []
const shell: { door: string; args: Record<string, unknown> }[] = []
let desk: Record<string, Answer> = {}
let pinia: Pinia
let screen: VueWrapper

vi.mock('@tauri-apps/api/core', () => ({
  convertFileSrc: (path: string) => `photo://localhost/${path}`,
  invoke: (door: string, args: { command: string; args: Record<string, unknown> }) => {
    if (door !== 'call') {
      shell.push({ door, args: args as unknown as Record<string, unknown> })
      return Promise.resolve({ token: `f${shell.length}`, name: '摸底表.xlsx' })
    }
    asked.push({ command: args.command, args: args.args })
    const answer = desk[args.command]
    return answer ? Promise.resolve().then(() => answer(args.args)) : Promise.reject({ code: 'internal', facts: {} })
  },
}))
vi.mock('@tauri-apps/api/event', () => ({ listen: () => Promise.resolve(() => {}) }))

async function show(): Promise<void> {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:rest(.*)', component: { render: () => null } }],
  })
  screen = mount(SheetPage, {
    global: { plugins: [pinia, router, makeI18n({ 'zh-CN': zh, en }, 'zh-CN')] },
    attachTo: document.body,
  })
  await flushPromises()
}
const of = (command: string) => asked.filter((one) => one.command === command).map(({ args }) => args)
const main = () => screen.get<HTMLButtonElement>('.action-bar .el-button--primary')
const text = (selector: string) => screen.get(selector).text().replaceAll(/\s+/g, ' ')
async function press(selector: string, word: string): Promise<void> {
  const found = screen.findAll(selector).find((one) => one.text().startsWith(word))
  if (!found) throw new Error(`no ${selector} ${word}`)
  await found.trigger('click')
  await flushPromises()
}
async function chooseSheet(): Promise<void> {
  await main().trigger('click')
  await flushPromises()
}
async function search(): Promise<void> {
  await screen.get('form.filter').trigger('submit')
  await flushPromises()
}
const order = () => of('write_form_sheet')[0]?.order as FormOrder
const ticked = () => screen.findAll<HTMLInputElement>('input[data-row]').map(({ element }) => element.checked)

beforeEach(async () => {
  asked.length = 0
  shell.length = 0
  pinia = createPinia()
  useOffice(pinia).state = { ledger: 'open', villages: [{ code: '1', name: '大湖村' }] } as OfficeState
  desk = {
    items: () => [],
    read_form_sheet: () => sheetView(),
    find_who: () => whoView([whoRow('a'), whoRow('b'), whoRow('c'), whoRow('d', true), whoRow('e', true)]),
    write_form_sheet: () => ({ file_name: '摸底表（已填）.xlsx', filled: 3, added: 1, completed: 0, annotated: 0 }),
  }
  Element.prototype.scrollIntoView = () => {}
})
afterEach(() => {
  screen.unmount()
  document.body.innerHTML = ''
})

test('a form is filled: what was recognised, who is chosen, whether there is room, and what was written', async () => {
  await show()
  await chooseSheet()
  expect(shell[0]).toMatchObject({ door: 'choose', args: { what: 'form_sheet', save: false } })
  expect(text('.columns')).toContain('认出 5 栏，1 栏不填：签名。')
  expect(main().element.disabled).toBe(true)
  await screen.get('form.filter input').setValue('3组')
  await screen.get('[aria-label="年龄从"]').setValue('60')
  await search()
  expect(of('find_who')[0]?.who).toMatchObject({ by: 'filter', text: '3组', age_from: 60, age_to: null })
  expect(ticked()).toEqual([true, true, true, false, false])
  expect(screen.text()).toContain('重名，请选一位')
  expect(text('.found')).toContain('已选 3 人，表中空 2 行，将加 1 行')
  expect(text('.action-bar')).toContain('将写入：填 3 人，加 1 行')
  await main().trigger('click')
  await flushPromises()
  expect(shell[1]?.args).toMatchObject({ what: 'ledger', save: true, name: '困难老人摸底表（已填）.xlsx' })
  expect(order()).toMatchObject({ sheet: '摸底表', people: ['a', 'b', 'c'], complete: false, annotate: null })
  expect(order().words['standing.ours']).toBe('本村')
  expect(text('.written')).toContain('填 3 人，加 1 行。')
  expect(text('.written')).toContain('用完请删除')
})

test('whoever is taken out stays out, and one of several with a name is chosen by a tick', async () => {
  await show()
  await chooseSheet()
  await search()
  await screen.findAll('input[data-row]')[1]?.trigger('change')
  await screen.findAll('input[data-row]')[4]?.trigger('change')
  expect(ticked()).toEqual([true, false, true, false, true])
  await main().trigger('click')
  await flushPromises()
  expect(order().people).toEqual(['a', 'c', 'e'])
  await press('.word-button', '全不选')
  expect(main().element.disabled).toBe(true)
})

test('a column that she means otherwise goes into the order so', async () => {
  await show()
  await chooseSheet()
  await screen.get('[aria-label="“签名”填什么"]').setValue('filled_by')
  await flushPromises()
  expect(text('.columns')).toContain('认出 6 栏，全部能填。')
  await search()
  await main().trigger('click')
  await flushPromises()
  expect(order().columns.at(-1)).toEqual({ at: 5, heading: '签名', field: 'filled_by' })
})

test('a list comes back annotated: what differs is seen first, filtered by its chip', async () => {
  desk.read_form_sheet = () => sheetView({ people: 3, free: 0 })
  desk.check_list = () =>
    listView([
      listRow(5, 'differs', { differing: ['name', 'phone'] }),
      listRow(6, 'away', { since: '2026-09-12' }),
      listRow(7, 'ours', { certified_on: '2026-03-05' }),
    ])
  await show()
  await chooseSheet()
  expect(of('check_list')[0]).toMatchObject({ sheet: '摸底表' })
  expect(screen.findAll('tbody tr')).toHaveLength(3)
  expect(text('tbody')).toContain('姓名与身份证号不一致；电话与台账不一致')
  expect(text('tbody')).toContain('已外出')
  await press('[role=radio]', '不符')
  expect(screen.findAll('tbody tr')).toHaveLength(1)
  expect(text('.action-bar')).toContain('将写入：核对 3 行')
  await screen.findAll('fieldset input')[1]?.setValue(true)
  expect(text('.action-bar')).toContain('补齐空着的栏')
  await main().trigger('click')
  await flushPromises()
  expect(order()).toMatchObject({ people: [], complete: true, annotate: ['核对结果', '养老认证', '说明'] })
})

test('whoever stands in the sheet is not put into it once more', async () => {
  desk.read_form_sheet = () => sheetView({ people: 1, free: 4 })
  desk.check_list = () => listView([listRow(5, 'ours', { person: 'a' })])
  await show()
  await chooseSheet()
  await search()
  expect(ticked()).toEqual([false, true, true, false, false])
  expect(screen.text()).toContain('表中已有')
  expect(text('.action-bar')).toContain('将写入：填 2 人')
})

test('without a column for names nothing can be checked, and that is said', async () => {
  const columns = formColumns().map((column) => (column.field === 'address' ? column : { ...column, field: null }))
  desk.read_form_sheet = () => sheetView({ people: 3, free: 0, columns })
  await show()
  await chooseSheet()
  expect(of('check_list')).toEqual([])
  expect(screen.text()).toContain('没有一栏是姓名或身份证号')
  expect(main().element.disabled).toBe(true)
})

test('a pasted message becomes a list of people without a sheet, and goes into one', async () => {
  desk.find_who = () => whoView([whoRow('a'), whoRow('b')], { unknown: ['赵不在'] })
  await show()
  await screen.get('textarea').setValue('请通知余桂英')
  await screen.get('form').trigger('submit')
  await flushPromises()
  expect(of('find_who')[0]?.who).toEqual({ by: 'pasted', text: '请通知余桂英' })
  expect(text('.unknown')).toContain('赵不在')
  expect(screen.get('.found a').attributes('href')).toBe('/people/a')
  expect(main().text()).toBe('填进表格…')
  await chooseSheet()
  expect(ticked()).toEqual([true, true])
  expect(text('.action-bar')).toContain('将写入：填 2 人')
})

test('a pasted list is looked through like a sheet, and comes back with how its people stand', async () => {
  desk.list_of_pasted = () => ({ token: 'pasted', name: '粘贴的名单.xlsx' })
  desk.read_form_sheet = () => sheetView({ people: 2, free: 0, file_name: '粘贴的名单.xlsx' })
  desk.check_list = () => listView([listRow(2, 'ours'), listRow(3, 'unknown')])
  await show()
  await screen.get('textarea').setValue('余桂英、王没来')
  await press('button', zh['sheet.check_pasted'])
  expect(of('list_of_pasted')).toEqual([
    { text: '余桂英、王没来', name: zh['sheet.pasted_list'], headings: ['姓名', '身份证号', '联系电话'] },
  ])
  expect(of('read_form_sheet')).toEqual([{ file: 'pasted', sheet: null }])
  expect(of('check_list')[0]?.file).toBe('pasted')
  expect(screen.text()).toContain('查无此人')
  expect(text('.action-bar')).toContain('核对 2 行')
})

test('of a table that is no .xlsx it is said that its layout stays behind', async () => {
  desk.read_form_sheet = () => sheetView({ layout_lost: true })
  await show()
  await chooseSheet()
  expect(text('.lost')).toBe(zh['sheet.layout_lost'])
})

test('what cannot be read says what to do, and a sheet that is dropped is read like a chosen one', async () => {
  desk.read_form_sheet = () => {
    throw { code: 'form_no_headings', facts: {} }
  }
  await show()
  await chooseSheet()
  expect(screen.get('.failure-note').text()).not.toBe('')
  expect(main().text()).toBe('选择表格')
  desk.read_form_sheet = () => sheetView()
  desk.offer_file = ({ name }) => ({ token: 'dropped', name })
  const file = new File(['PK'], '摸底表.xlsx')
  await screen.get('.page').trigger('drop', { dataTransfer: { files: [file], types: ['Files'] } })
  await vi.waitFor(() => expect(screen.find('.columns').exists()).toBe(true))
  expect(of('offer_file')).toEqual([{ name: '摸底表.xlsx', bytes: btoa('PK') }])
  expect(screen.find('.failure-note').exists()).toBe(false)
})

test('all of it waits while she looks at a person, and is gone when the ledger is locked', async () => {
  await show()
  await chooseSheet()
  await search()
  screen.unmount()
  await show()
  expect(ticked()).toEqual([true, true, true, false, false])
  const office = useOffice(pinia)
  office.state = { ...(office.state as OfficeState), ledger: 'locked' } as unknown as OfficeState
  await flushPromises()
  expect(useSheet(pinia).found).toBeNull()
  expect(useSheet(pinia).file).toBeNull()
})
