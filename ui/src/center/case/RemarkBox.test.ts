// A remark is written where it belongs, stays when the box is closed, and leaves nothing behind when it says nothing.
import en from '@i18n/console.en.json'
import zh from '@i18n/console.zh-CN.json'
import { mount } from '@vue/test-utils'
import { defineComponent, h, reactive, ref } from 'vue'
import { expect, test } from 'vitest'
import { makeI18n } from '../../shared/i18n'
import { provideMarking } from './marking'
import RemarkBox from './RemarkBox.vue'

const PATH = '/data/person/address'

function page() {
  const texts = reactive(new Map<string, string>())
  const editing = ref<string | null>(PATH)
  const Screen = defineComponent({
    setup() {
      provideMarking({
        possible: ref(true),
        editing,
        textAt: (path) => texts.get(path) ?? '',
        write: (path, _, text) => void texts.set(path, text),
        drop: (path) => void texts.delete(path),
      })
      return () => h(RemarkBox, { path: PATH, label: 'Address' })
    },
  })
  const screen = mount(Screen, { global: { plugins: [makeI18n({ 'zh-CN': zh, en }, 'en')] } })
  return { screen, texts, editing }
}

test('what was written stays as a line when the box is closed', async () => {
  const { screen, texts, editing } = page()
  await screen.get('textarea').setValue('Group 2 or 3?')
  await screen.get('textarea').trigger('keydown', { key: 'Enter', ctrlKey: true })
  expect(editing.value).toBeNull()
  expect(texts.get(PATH)).toBe('Group 2 or 3?')
  expect(screen.find('textarea').exists()).toBe(false)
  expect(screen.text()).toContain('Group 2 or 3?')
})
test('an empty box leaves no remark behind', async () => {
  const { screen, texts } = page()
  await screen.get('textarea').setValue('  ')
  await screen.get('textarea').trigger('keydown', { key: 'Escape' })
  expect(texts.has(PATH)).toBe(false)
  expect(screen.text()).toBe('')
})
test('a remark can be taken back where it stands', async () => {
  const { screen, texts, editing } = page()
  await screen.get('textarea').setValue('wrong')
  editing.value = null
  await screen.vm.$nextTick()
  const buttons = screen.findAll('button')
  await buttons[buttons.length - 1]?.trigger('click')
  expect(texts.has(PATH)).toBe(false)
})
test('the box says what it is about', () => {
  expect(page().screen.get('textarea').attributes('aria-label')).toBe('Remark at "Address"')
})
