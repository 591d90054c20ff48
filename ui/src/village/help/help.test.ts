// Every screen has a help in both languages, and the help stands beside the screen without taking its keys away for good.
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { defineComponent, h } from 'vue'
import type { RouteRecordRaw } from 'vue-router'
import { makeI18n } from '@/shared/i18n'
import { useKeys } from '@/shared/keys'
import helpEn from '@i18n/help.en.json'
import helpZh from '@i18n/help.zh-CN.json'
import uiEn from '@i18n/ui.en.json'
import uiZh from '@i18n/ui.zh-CN.json'
import villageEn from '@i18n/village.en.json'
import villageZh from '@i18n/village.zh-CN.json'
import { makeRouter } from '../routes'
import { useHelp, useHelpKeys } from './help'
import HelpPanel from './HelpPanel.vue'
import { lackingOf, SCREENS, stepsOf, STEPS, type HelpName } from './screens'

type Words = Record<string, string>
const languages: [string, Words][] = [
  ['zh-CN', { ...uiZh, ...villageZh, ...helpZh }],
  ['en', { ...uiEn, ...villageEn, ...helpEn }],
]
/** Before there is a ledger: no route leads there. */
const AT_DOOR: HelpName[] = ['sign_in', 'make']

/** The addresses that show a screen, whole; one with children shows theirs. */
function screensOf(routes: readonly RouteRecordRaw[], above = ''): { path: string; help: HelpName | undefined }[] {
  return routes.flatMap((route) => {
    if (route.redirect) return []
    const path = route.path.startsWith('/') ? route.path : `${above}/${route.path}`
    return route.children ? screensOf(route.children, path) : [{ path, help: route.meta?.help }]
  })
}
const screens = screensOf(makeRouter().options.routes)
/** What the screens lack in these words: none, or a part of one. */
function lacking(words: Words): string[] {
  const has = (key: string) => (words[key] ?? '') !== ''
  return screens.flatMap(({ path, help }) => (help ? lackingOf(help, has) : [`no help at ${path}`]))
}

test('every address of the window is looked at', () => {
  expect(screens.length).toBeGreaterThanOrEqual(25)
  expect(new Set([...screens.map(({ help }) => help), ...AT_DOOR])).toEqual(new Set(Object.keys(SCREENS)))
})

test.each(languages)('in %s every screen has a help', (_, words) => {
  expect(lacking(words)).toEqual([])
  for (const screen of AT_DOOR) expect(lackingOf(screen, (key) => key in words)).toEqual([])
})

test.each(languages)('in %s no screen loses its help unseen', (_, words) => {
  for (const { help } of screens) {
    for (const part of ['title', 'for', 'do.1', 'do.3', 'kept', 'wrong']) {
      const key = `help.${help}.${part}`
      const { [key]: taken, ...rest } = words
      expect(taken, key).toBeTruthy()
      expect(lacking(rest)).toContain(key)
    }
  }
})

test.each(languages)('in %s nothing is told that no screen shows', (_, words) => {
  const has = (key: string) => key in words
  const shown = (Object.keys(SCREENS) as HelpName[]).flatMap((screen) => [
    ...['title', 'for', 'kept', 'wrong'].map((part) => `help.${screen}.${part}`),
    ...stepsOf(screen, has),
  ])
  const told = Object.keys(words).filter((key) => /^help\.\w+\.(title|for|kept|wrong|do\.\d+)$/.test(key))
  expect(told.sort()).toEqual(shown.sort())
  for (const screen of Object.keys(SCREENS) as HelpName[]) {
    expect(stepsOf(screen, has).length, screen).toBeGreaterThanOrEqual(STEPS.least)
  }
})

let escaped = 0
function open() {
  const pinia = createPinia()
  const screen = mount(
    defineComponent(() => {
      const help = useHelp(pinia)
      useHelpKeys(help.toggle)
      useKeys({ Escape: () => (escaped += 1) })
      return () => [
        h('input', { id: 'field' }),
        help.isOpen ? h(HelpPanel, { screen: 'today' as const, onClose: help.close }) : null,
      ]
    }),
    {
      global: { plugins: [pinia, makeI18n({ 'zh-CN': { ...villageZh, ...helpZh }, en: {} }, 'zh-CN')] },
      attachTo: document.body,
    },
  )
  return { screen, help: useHelp(pinia) }
}
async function press(key: string, at: EventTarget = document.activeElement ?? document.body) {
  at.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  await flushPromises()
}
beforeEach(() => void (escaped = 0))
afterEach(() => void (document.body.innerHTML = ''))

test('F1 opens it from within a field, Escape closes it alone, and the field has the focus again', async () => {
  const { screen } = open()
  const field = screen.get<HTMLInputElement>('#field').element
  field.focus()
  await press('F1')
  expect(screen.get('.help-panel').text()).toContain(helpZh['help.today.for'])
  expect(document.activeElement).toBe(screen.get('.help-panel').element)
  await press('Escape')
  expect(screen.find('.help-panel').exists()).toBe(false)
  expect(escaped, 'the screen stays').toBe(0)
  expect(document.activeElement).toBe(field)
  field.blur()
  await press('Escape')
  expect(escaped).toBe(1)
  screen.unmount()
})

test('a question mark opens it too, but is a letter where something is typed', async () => {
  const { screen, help } = open()
  screen.get<HTMLInputElement>('#field').element.focus()
  await press('?')
  expect(help.isOpen).toBe(false)
  screen.get<HTMLInputElement>('#field').element.blur()
  await press('？')
  expect(help.isOpen).toBe(true)
  await press('F1')
  expect(help.isOpen).toBe(false)
  screen.unmount()
})
