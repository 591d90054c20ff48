// Files as answers, and what a form shows beside its questions.
import { flushPromises, mount } from '@vue/test-utils'
import { defineComponent, h } from 'vue'
import { describe, expect, test, vi } from 'vitest'
import { Failure } from '../failure'
import { makeI18n } from '../i18n'
import { provideTools, type FormTools } from './acts'
import FormField from './FormField.vue'
import FormReading from './FormReading.vue'
import { controlOf, type FormNode } from './node'
import { node } from './samples'

const plugins = [makeI18n({ 'zh-CN': {}, en: {} }, 'zh-CN')]
const withTools = (tools: FormTools, inner: () => ReturnType<typeof h>) =>
  mount(
    defineComponent({
      setup() {
        provideTools(tools)
        return inner
      },
    }),
    { global: { plugins }, attachTo: document.body },
  )
const show = (field: FormNode, tools: FormTools) => withTools(tools, () => h(FormField, { field }))
const paper = { name: '残疾证明.pdf', size_bytes: 4_200_000, picture: false }

describe('a file as the answer', () => {
  test('is chosen in the dialog of the system where there is one, and dropped else', async () => {
    const chooseFile = vi.fn(async () => {})
    const keepFile = vi.fn(async () => {})
    const screen = show(node('/data/proof', 'audio'), { chooseFile, keepFile })
    await screen.get('button').trigger('click')
    expect(chooseFile).toHaveBeenCalledWith('/data/proof', 'audio')
    expect(screen.find('input').exists()).toBe(false)
    const file = new File(['x'], 'a.mp3')
    await screen.get('.file-answer').trigger('drop', { dataTransfer: { files: [file] } })
    expect(keepFile).toHaveBeenCalledWith('/data/proof', file)
    screen.unmount()
  })
  test('stands under its name, is saved again and taken away', async () => {
    const saveFile = vi.fn(async () => {})
    const dropPicture = vi.fn(async () => {})
    const tools = { fileOf: () => paper, saveFile, dropPicture, keepFile: async () => {} }
    const screen = show(node('/data/proof', 'file', { value: 'digest', was: 'other' }), tools)
    expect(screen.text()).toContain('残疾证明.pdf')
    expect(screen.text()).toContain('4.2 MB')
    const named = (word: string) => screen.findAll('button').find((button) => button.text() === word)
    await named('另存为')?.trigger('click')
    await named('移除')?.trigger('click')
    await flushPromises()
    expect(saveFile).toHaveBeenCalledWith('digest')
    expect(dropPicture, 'not by one slip').not.toHaveBeenCalled()
    expect(document.body.querySelector('.el-dialog')?.textContent).toContain('“残疾证明.pdf”只从这份草稿里移除')
    document.body.querySelector<HTMLElement>('.el-dialog .el-button--danger')?.click()
    await flushPromises()
    expect(dropPicture).toHaveBeenCalledWith('/data/proof', 'digest')
    expect(screen.text(), 'no digest in sight').not.toContain('other')
    screen.unmount()
  })
  test('that is refused says why, and what stood there stays', async () => {
    const tools: FormTools = {
      fileOf: () => paper,
      chooseFile: () => Promise.reject(new Failure('file_too_large', { most_mib: 8 })),
      keepFile: async () => {},
    }
    const screen = show(node('/data/proof', 'file', { value: 'digest' }), tools)
    await screen.findAll('button').at(-1)?.trigger('click')
    await flushPromises()
    expect(screen.text()).toContain('8 MB')
    expect(screen.text()).toContain('残疾证明.pdf')
    screen.unmount()
  })
  test('shows at once, though the cursor is at its button', async () => {
    const tools: FormTools = { fileOf: () => paper, keepFile: async () => {} }
    const screen = mount(
      defineComponent({
        props: { value: { type: String, default: '' } },
        setup(props) {
          provideTools(tools)
          return () => h(FormField, { field: node('/data/proof', 'file', { value: props.value }) })
        },
      }),
      { global: { plugins }, attachTo: document.body },
    )
    screen.get('button').element.focus()
    await screen.setProps({ value: 'digest' })
    expect(screen.text()).toContain('残疾证明.pdf')
    screen.unmount()
  })
  test('reads as its name', () => {
    const form = [node('/data/proof', 'file', { value: 'digest', label: '证明' })]
    const screen = withTools({ fileOf: () => paper }, () => h(FormReading, { form, repeats: [] }))
    expect(screen.text()).toContain('残疾证明.pdf')
    expect(screen.text()).not.toContain('digest')
    screen.unmount()
  })
})

describe('what a form shows', () => {
  const tools: FormTools = { mediaUrl: (key) => `/there/${key}` }
  test('stands under the label; a click enlarges the picture', async () => {
    const screen = show(node('/data/card', 'text', { media: { image: 'a', 'big-image': 'b', audio: 'c' } }), tools)
    await flushPromises()
    expect(screen.get('.field-media img').attributes('src')).toBe('/there/a')
    expect(screen.get('audio').attributes('src')).toBe('/there/c')
    await screen.get('.field-media button').trigger('click')
    await flushPromises()
    expect(document.querySelector('.media-dialog img')?.getAttribute('src')).toBe('/there/b')
    screen.unmount()
  })
  test('at choices lets them lie open, each with its own', () => {
    const plain = (at: number) => ({ name: `c${at}`, label: `${at}`, media: {} })
    const choices = [{ ...plain(0), media: { image: 'card' } }, ...[1, 2, 3, 4, 5, 6].map(plain)]
    const field = node('/data/card', 'select_one', { choices })
    expect(controlOf(field)).toBe('radios')
    const screen = show(field, tools)
    expect(screen.findAll('.choice-picture').map((one) => one.attributes('src'))).toEqual(['/there/card'])
    screen.unmount()
  })
})
