// Nothing is taken off a draft unasked: a photo of a material, one that answers a question, a row of a table.
import { flushPromises, mount } from '@vue/test-utils'
import { defineComponent, h } from 'vue'
import { afterEach, expect, test, vi } from 'vitest'
import { provideTools } from '../form/acts'
import FormField from '../form/FormField.vue'
import FormSections from '../form/FormSections.vue'
import { node, ROWS, ROWS_REPEATS } from '../form/samples'
import { makeI18n } from '../i18n'
import PhotoGrid from './PhotoGrid.vue'

vi.mock('@tauri-apps/api/core', () => ({ convertFileSrc: (path: string) => path, invoke: () => Promise.resolve(null) }))

const plugins = [makeI18n({ 'zh-CN': {}, en: {} }, 'zh-CN')]
afterEach(() => (document.body.innerHTML = ''))

const dialog = () => document.body.querySelector<HTMLElement>('.el-dialog')
const isAsked = () => dialog() !== null && dialog()?.closest<HTMLElement>('.el-overlay')?.style.display !== 'none'
async function answer(words: string): Promise<void> {
  const buttons = [...(dialog()?.querySelectorAll('button') ?? [])]
  buttons.find((one) => one.textContent?.trim() === words)!.click()
  await flushPromises()
}

test('a photo goes only after the question, which names it and says what stays', async () => {
  const photo = (digest: string, label: string, received: boolean) => ({ digest, label, received, thumb: null })
  const screen = mount(PhotoGrid, {
    props: { photos: [photo('a', '户口簿', false), photo('b', '身份证', true)], removable: true },
    global: { plugins },
    attachTo: document.body,
  })
  await screen.get('[aria-label="删除照片：户口簿"]').trigger('click')
  await flushPromises()
  expect(screen.emitted('remove'), 'not by one slip').toBeUndefined()
  expect(dialog()?.textContent).toContain('“户口簿”的这张照片只从这份草稿里删除，删除后不能撤销')
  expect(dialog()?.textContent).not.toContain('乡镇已接收的那一版')
  await answer('返回')
  expect(screen.emitted('remove')).toBeUndefined()
  await screen.get('[aria-label="删除照片：身份证"]').trigger('click')
  await flushPromises()
  expect(dialog()?.textContent).toContain('乡镇已接收的那一版不变')
  await answer('删除照片')
  expect(screen.emitted('remove')).toEqual([['b']])
  screen.unmount()
})

test('a photo that answers a question is asked about by the name of the question', async () => {
  const dropPicture = vi.fn(async () => {})
  const screen = mount(
    defineComponent({
      setup() {
        provideTools({ keepPicture: async () => {}, dropPicture })
        return () => h(FormField, { field: node('/data/house', 'image', { value: 'd1', label: '房屋照片' }) })
      },
    }),
    { global: { plugins }, attachTo: document.body },
  )
  await screen.get('.word-button.grave').trigger('click')
  await flushPromises()
  expect(dropPicture).not.toHaveBeenCalled()
  expect(dialog()?.textContent).toContain('房屋照片')
  await answer('删除照片')
  expect(dropPicture).toHaveBeenCalledWith('/data/house', 'd1')
  screen.unmount()
})

test('a row goes only after the question, which tells what stands in it; an empty one goes at once', async () => {
  const number = node('/data/home/member[1]/id', 'text', { value: '42070419480315002X', masked: true })
  const more = ['b', 'c'].map((name) => node(`/data/home/member[1]/${name}`, 'text', { value: name }))
  const form = [
    ...ROWS,
    number,
    ...more,
    node('/data/home/member[4]', 'repeat', { row: 4 }),
    node('/data/home/member[4]/name', 'text'),
    node('/data/home/member[4]/age', 'integer', { value: '0', read_only: true }),
  ]
  const screen = mount(FormSections, {
    props: { form, repeats: ROWS_REPEATS },
    global: { plugins },
    attachTo: document.body,
  })
  await screen.get('[aria-label="删除家庭成员 1"]').trigger('click')
  await flushPromises()
  expect(screen.emitted('remove-row'), 'not by one slip').toBeUndefined()
  const told = dialog()?.textContent ?? ''
  for (const words of ['删除家庭成员 1？', '这一行已填 6 项', 'name：余桂英', 'id：4207**********002X', '等 6 项'])
    expect(told).toContain(words)
  expect(told, 'no number in sight').not.toContain('42070419480315002X')
  await answer('返回')
  expect(screen.emitted('remove-row')).toBeUndefined()
  expect(isAsked()).toBe(false)
  await screen.get('[aria-label="删除家庭成员 4"]').trigger('click')
  await flushPromises()
  expect(screen.emitted('remove-row'), 'nothing stands in it').toEqual([['/data/home/member[4]']])
  await screen.get('[aria-label="删除家庭成员 2"]').trigger('click')
  await flushPromises()
  expect(dialog()?.textContent).toContain('这一行已填 2 项')
  await answer('删除这一行')
  expect(screen.emitted('remove-row')?.at(-1)).toEqual(['/data/home/member[2]'])
  screen.unmount()
})
