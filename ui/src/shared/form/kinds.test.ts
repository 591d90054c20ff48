import { flushPromises, mount } from '@vue/test-utils'
import { defineComponent, h } from 'vue'
import { describe, expect, test, vi } from 'vitest'
import { makeI18n } from '../i18n'
import { provideTools, type FormTools } from './acts'
import FormField from './FormField.vue'
import FormSections from './FormSections.vue'
import { choiceOf } from './kinds/choose'
import { cleanedAs, controlOf, readable, type FormNode } from './node'
import { filledDown, isTable, tableOf } from './rows'
import { node, ROWS, ROWS_REPEATS } from './samples'
import { fieldsOf, progressOf, sectionsOf, type RepeatBlock } from './sections'

const plugins = [makeI18n({ 'zh-CN': {}, en: {} }, 'zh-CN')]
const choices = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ name: `c${at + 1}`, label: `选项${at + 1}`, media: {} }))
const show = (field: FormNode, tools: FormTools = {}) => {
  const answers: string[] = []
  const holder = defineComponent({
    setup() {
      provideTools(tools)
      return () => h(FormField, { field, onAnswer: (value: string) => answers.push(value) })
    },
  })
  const screen = mount(holder, { global: { plugins }, attachTo: document.body })
  return { screen, answers }
}

describe('the control of a question', () => {
  test.each<[FormNode['kind'], string, number, string]>([
    ['text', '', 0, 'line'],
    ['text', 'multiline', 0, 'lines'],
    ['integer', '', 0, 'line'],
    ['range', '', 0, 'range'],
    ['date_time', '', 0, 'moment'],
    ['select_one', '', 5, 'radios'],
    ['select_one', '', 6, 'select'],
    ['select_one', 'quick', 9, 'radios'],
    ['select_one', 'columns-2', 13, 'select'],
    ['select_one', 'likert', 5, 'likert'],
    ['select_one', 'minimal', 2, 'select'],
    ['select_multiple', '', 8, 'checks'],
    ['select_multiple', 'minimal', 3, 'select'],
    ['rank', '', 3, 'rank'],
    ['barcode', '', 0, 'line'],
    ['geopoint', '', 0, 'point'],
    ['geotrace', '', 0, 'lines'],
    ['image', '', 0, 'picture'],
    ['image', 'signature', 0, 'drawing'],
    ['image', 'annotate', 0, 'drawing'],
    ['file', '', 0, 'file'],
    ['audio', '', 0, 'file'],
  ])('%s with “%s” and %i choices is a %s', (kind, appearance, many, control) => {
    expect(controlOf(node('/data/x', kind, { appearance, choices: choices(many) }))).toBe(control)
  })
  test('what is pasted is cleaned as what the field holds', () => {
    expect(cleanedAs(node('/data/x', 'decimal'))).toBe('number')
    expect(cleanedAs(node('/data/x', 'text', { masked: true }))).toBe('code')
    expect(cleanedAs(node('/data/x', 'text', { appearance: 'numbers' }))).toBe('code')
    expect(cleanedAs(node('/data/x', 'text', { appearance: 'multiline' }))).toBe('lines')
    expect(cleanedAs(node('/data/x', 'text'))).toBe('line')
  })
  test('an answer reads in the words of its choices', () => {
    const many = node('/data/x', 'select_multiple', { choices: choices(3), value: 'c1 c3' })
    expect(readable(many)).toBe('选项1、选项3')
    expect(readable({ ...many, kind: 'rank', value: 'c3 c1' })).toBe('选项3 → 选项1')
  })
})

describe('by the keyboard', () => {
  test('a number key picks one choice, and ticks several', async () => {
    const one = show(node('/data/one', 'select_one', { choices: choices(3) }))
    await one.screen.get('[role="radiogroup"]').trigger('keydown', { key: '2' })
    await one.screen.get('[role="radiogroup"]').trigger('keydown', { key: '9' })
    expect(one.answers).toEqual(['c2'])
    one.screen.unmount()
    const many = show(node('/data/many', 'select_multiple', { choices: choices(3) }))
    const group = many.screen.get('.choices-open')
    await group.trigger('keydown', { key: '3' })
    await group.trigger('keydown', { key: '1' })
    await group.trigger('keydown', { key: '3' })
    expect(many.answers).toEqual(['c3', 'c1 c3', 'c1'])
    many.screen.unmount()
  })

  test('a key names a choice that is there, and no other key does', () => {
    const press = (key: string, more: KeyboardEventInit = {}) =>
      choiceOf(new KeyboardEvent('keydown', { key, ...more }), 3)
    expect(['1', '3', '4', '0', 'a'].map((key) => press(key))).toEqual([0, 2, null, null, null])
    expect(press('1', { ctrlKey: true })).toBeNull()
  })

  test('a choice is moved up and down, and taken to a place by its number', async () => {
    const { screen, answers } = show(node('/data/rank', 'rank', { choices: choices(3) }))
    const row = (at: number) => screen.findAll('li')[at]
    await row(0)?.trigger('keydown', { key: 'ArrowDown', altKey: true })
    expect(answers.at(-1)).toBe('c2 c1 c3')
    expect(document.activeElement).toBe(row(1)?.element)
    await row(2)?.trigger('keydown', { key: '1' })
    expect(answers.at(-1)).toBe('c3 c2 c1')
    await row(0)?.trigger('keydown', { key: 'ArrowUp', altKey: true })
    await row(2)?.trigger('keydown', { key: 'ArrowDown', altKey: true })
    expect(answers).toHaveLength(2)
    screen.unmount()
  })

  test('Enter goes to the next field, past what is only read, and behind the last to the next section', async () => {
    Element.prototype.scrollIntoView = () => {}
    const form = [
      node('/data/a', 'group'),
      node('/data/a/one', 'text'),
      node('/data/a/two', 'text', { read_only: true }),
      node('/data/a/three', 'select_one', { choices: choices(2) }),
      node('/data/b', 'group'),
      node('/data/b/four', 'text', { appearance: 'multiline' }),
      node('/data/b/five', 'integer'),
    ]
    const screen = mount(FormSections, { props: { form, repeats: [] }, global: { plugins }, attachTo: document.body })
    const here = () => document.activeElement?.closest('[data-path]')?.getAttribute('data-path')
    const enter = async () => {
      document.activeElement?.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }),
      )
      await flushPromises()
    }
    screen.get<HTMLInputElement>('input').element.focus()
    await enter()
    expect(here()).toBe('/data/a/three')
    await enter()
    expect(here()).toBe('/data/b/four')
    // Within a text of several lines it is a new line.
    await enter()
    expect(here()).toBe('/data/b/four')
    screen.unmount()
  })

  test('F8 goes to the next field that is open, after the last to the first again', async () => {
    Element.prototype.scrollIntoView = () => {}
    const form = [
      node('/data/a', 'group'),
      node('/data/a/one', 'text', { required: true }),
      node('/data/a/two', 'text', { value: '好', required: true }),
      node('/data/b', 'group'),
      node('/data/b/three', 'text', { value: 'x', problem: '不对' }),
    ]
    const screen = mount(FormSections, { props: { form, repeats: [] }, global: { plugins }, attachTo: document.body })
    const here = () => document.activeElement?.closest('[data-path]')?.getAttribute('data-path')
    const press = async () => {
      await screen.get('.form-sections').trigger('keydown', { key: 'F8' })
      await flushPromises()
    }
    expect(screen.get('.progress').text()).toContain('必填 1/2')
    await press()
    expect(here()).toBe('/data/a/one')
    await press()
    expect(here()).toBe('/data/b/three')
    await press()
    expect(here()).toBe('/data/a/one')
    screen.unmount()
  })
})

describe('numbers and places', () => {
  test('a range is not answered until it is touched; slider and box say the same', async () => {
    const { screen, answers } = show(
      node('/data/range', 'range', { parameters: { start: '0', end: '100', step: '5' } }),
    )
    const [box, slider] = screen.findAll('input')
    expect(box?.element.value).toBe('')
    expect(answers).toEqual([])
    expect([slider?.attributes('min'), slider?.attributes('max'), slider?.attributes('step')]).toEqual([
      '0',
      '100',
      '5',
    ])
    await slider?.setValue('45')
    expect(box?.element.value).toBe('45')
    await box?.setValue('50')
    expect(answers).toEqual(['45', '50'])
    screen.unmount()
  })
  test('a place is typed in parts or pasted whole', async () => {
    const { screen, answers } = show(node('/data/place', 'geopoint'))
    const [latitude, longitude] = screen.findAll('input')
    await latitude?.setValue('30.39')
    await longitude?.setValue('114.89')
    expect(answers.at(-1)).toBe('30.39 114.89')
    await longitude?.setValue('')
    await latitude?.setValue('30.4012, 114.8899')
    expect(answers.at(-1)).toBe('30.4012 114.8899')
    await latitude?.trigger('change')
    expect(longitude?.element.value).toBe('114.8899')
    screen.unmount()
  })
  test('a date with a time is an answer once it has both', async () => {
    const { screen, answers } = show(node('/data/at', 'date_time'))
    const [day, , time] = screen.findAll('input')
    await day?.setValue('20261126')
    await time?.setValue('下午3点半')
    expect(answers).toEqual(['', '2026-11-26T15:30'])
    screen.unmount()
  })
})

test('what is pasted is put where the cursor is, cleaned; what cannot be cleaned is put in as it came', async () => {
  const clean = vi.fn(async (text: string) => text.replaceAll('，，', '，'))
  const { screen, answers } = show(node('/data/x', 'text', { value: '甲乙' }), { clean })
  const box = screen.get<HTMLInputElement>('input')
  const paste = async (text: string) => {
    box.element.setSelectionRange(1, 1)
    const event = new Event('paste', { bubbles: true, cancelable: true })
    Object.assign(event, { clipboardData: { getData: () => text } })
    box.element.dispatchEvent(event)
    await flushPromises()
    return event.defaultPrevented
  }
  expect(await paste('，，')).toBe(true)
  expect(answers).toEqual(['甲，乙'])
  expect(clean).toHaveBeenCalledWith('，，', 'line')
  clean.mockRejectedValueOnce(new Error('gone'))
  await paste('丙')
  expect(answers.at(-1)).toContain('丙')
  screen.unmount()
})

test('a picture goes the way of the photos; without a way the screen says so', async () => {
  const keepPicture = vi.fn(async () => {})
  const { screen } = show(node('/data/photo', 'image'), { keepPicture })
  const input = screen.get<HTMLInputElement>('input[type="file"]')
  const file = new File(['x'], 'a.png', { type: 'image/png' })
  Object.defineProperty(input.element, 'files', { value: [file] })
  await input.trigger('change')
  expect(keepPicture).toHaveBeenCalledWith('/data/photo', file)
  screen.unmount()
  const without = show(node('/data/sound', 'audio'))
  expect(without.screen.text()).toContain('还不能填这一项')
  without.screen.unmount()
})

test('a drawing is kept as a picture once there is a stroke, which can be taken back', async () => {
  const picture = new Blob(['x'], { type: 'image/png' })
  const toBlob = vi.spyOn(HTMLCanvasElement.prototype, 'toBlob').mockImplementation((take) => take(picture))
  const keepPicture = vi.fn(async () => {})
  const { screen } = show(node('/data/sign', 'image', { appearance: 'signature' }), { keepPicture })
  const button = (words: string) => screen.findAll('button').find((one) => one.text() === words)
  await button('手写签名')?.trigger('click')
  const draw = async () => {
    for (const event of ['pointerdown', 'pointermove', 'pointerup']) await screen.get('canvas').trigger(event)
  }
  expect(button('存下')?.attributes('disabled')).toBeDefined()
  await draw()
  await button('撤一笔')?.trigger('click')
  expect(button('存下')?.attributes('disabled')).toBeDefined()
  await draw()
  await button('存下')?.trigger('click')
  await flushPromises()
  expect(keepPicture).toHaveBeenCalledWith('/data/sign', picture)
  expect(screen.find('canvas').exists()).toBe(false)
  toBlob.mockRestore()
  screen.unmount()
})

describe('rows in a table', () => {
  const block = sectionsOf(ROWS, ROWS_REPEATS, '').flatMap((section) => section.blocks)[0] as RepeatBlock
  const table = tableOf(block)

  test('a question that only a later row asks has its column where it is asked', () => {
    expect(table?.columns.map((column) => column.key)).toEqual(['name', 'age', 'school', 'wage'])
    expect(table?.rows.map((row) => row.cells.has('school'))).toEqual([false, true, false])
    expect(isTable(block)).toBe(true)
  })
  test('rows within rows, and what no cell has room for, stand as cards', () => {
    const deep = [...ROWS, node('/data/home/member[1]/long', 'text', { appearance: 'multiline' })]
    const cards = sectionsOf(deep, ROWS_REPEATS, '').flatMap((section) => section.blocks)[0] as RepeatBlock
    expect(fieldsOf([cards]).some((field) => field.appearance === 'multiline')).toBe(true)
    expect(tableOf(cards)).toBeNull()
  })
  test('a value is filled down only where it is asked, open and another', () => {
    if (!table) throw new Error('no table')
    expect(filledDown(table, 0, 'wage')).toEqual({ '/data/home/member[2]/wage': '900' })
    expect(filledDown(table, 0, 'school')).toEqual({})
  })
  test('Ctrl+D fills down, the buttons copy and take away', async () => {
    const screen = mount(FormSections, {
      props: { form: ROWS, repeats: ROWS_REPEATS },
      global: { plugins },
      attachTo: document.body,
    })
    const cell = screen.get('[data-path="/data/home/member[1]/wage"] input')
    await cell.trigger('focusin')
    await cell.trigger('keydown', { key: 'd', ctrlKey: true })
    expect(screen.emitted('answer-all')).toEqual([[{ '/data/home/member[2]/wage': '900' }]])
    await screen.get('[aria-label="复制家庭成员 2"]').trigger('click')
    await screen.get('[aria-label="删除家庭成员 3"]').trigger('click')
    expect(screen.emitted('copy-row')).toEqual([['/data/home/member[2]']])
    await flushPromises()
    document.body.querySelector<HTMLElement>('.el-dialog .el-button--danger')?.click()
    await flushPromises()
    expect(screen.emitted('remove-row')).toEqual([['/data/home/member[3]']])
    screen.unmount()
  })
})

test('how far a form is counts what must be answered, and names what is open in its order', () => {
  const sections = sectionsOf(
    [
      node('/data/a', 'text', { required: true }),
      node('/data/b', 'text', { required: true, value: 'x' }),
      node('/data/c', 'text', { value: 'y', problem: '不对' }),
      node('/data/d', 'text', { required: true, read_only: true }),
    ],
    [],
    '',
  )
  expect(progressOf(sections)).toEqual({ asked: 2, answered: 1, open: ['/data/a', '/data/c'] })
})
