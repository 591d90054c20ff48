// Screens of the console around items and people: the guide and its editor, working days, what is due, limits and notices.
import type { ConsolePage } from './harness/browser'
import type { Demo } from './harness/demo'
import { wordsOf, type Language } from './harness/words'
import { dialog, escapePage, place, type Screen } from './screens'

const tell = (language: Language) => wordsOf('console', language)
/** A screen that is there when something on it can be seen. */
function shown(name: string, zh: string, en: string, route: (demo: Demo) => string, mark: string): Screen<ConsolePage> {
  return {
    ...place(name, zh, en, route),
    open: async (console, demo) => {
      await console.go(route(demo))
      await console.page.locator(mark).first().waitFor()
      await console.settled()
    },
  }
}
/** The editor at one of its parts. */
function editor(name: string, zh: string, en: string, part: string, rows = false): Screen<ConsolePage> {
  return {
    ...place(name, zh, en, () => '/guide/DIBAO/edit'),
    open: async (console, _, language) => {
      const say = tell(language)
      await console.go('/guide/DIBAO/edit')
      const parts = console.page.getByRole('navigation', { name: say('editor.parts') })
      await parts.getByRole('button', { name: say(`card.part.${part}`) }).click()
      if (rows) {
        const row = console.page.locator('.card-rows .name').first()
        if ((await row.getAttribute('aria-expanded')) === 'false') await row.click()
      }
      await console.settled()
    },
  }
}

/** What an administrator sees of items and people. */
export const itemScreens: Screen<ConsolePage>[] = [
  shown('guide', '事项：查找和阅读', 'Items: found and read', () => '/guide/DIBAO', '.guide-paper'),
  editor('guide-basic', '修改事项：基本', 'Changing an item: basics', 'basic'),
  editor('guide-limits', '修改事项：时限', 'Changing an item: limits', 'limits', true),
  editor('guide-materials', '修改事项：材料', 'Changing an item: papers', 'materials', true),
  editor('guide-closed', '修改事项：停办', 'Changing an item: switched off', 'closed'),
  {
    ...editor('guide-error', '修改事项：检查出的问题', 'Changing an item: what the check found', 'basic'),
    open: async (console, _, language) => {
      const say = tell(language)
      await console.go('/guide/DIBAO/edit')
      const parts = console.page.getByRole('navigation', { name: say('editor.parts') })
      await parts.getByRole('button', { name: say('card.part.basic') }).click()
      await console.page.getByLabel(say('card.name'), { exact: true }).fill('')
      await console.page.getByRole('button', { name: say('editor.check'), exact: true }).click()
      await console.page.locator('.card-field.wrong').first().waitFor()
      await console.settled()
    },
    leave: async ({ page }) => page.locator('.action-bar button').first().click(),
  },
  shown('calendar', '工作日历', 'Working days', () => '/guide/calendar', '.plain-table'),
  shown('due', '到期清单', 'What is due', () => '/due', '.data-list'),
  place('due-import', '导入到期名单', 'Taking in an official due list', () => '/due/import'),
  place('registers', '登记簿：各村登记了什么', 'Registers: what the villages wrote', () => '/registers'),
  shown('deaths', '待核实死亡', 'Reported deaths', () => '/deaths', '.data-list'),
  shown('radar', '应享未享', 'Who may be entitled', () => '/radar', '.data-list'),
]
/** What an acceptor does to a case's clock, and how she tells what is missing. */
export const actScreens: Screen<ConsolePage>[] = [
  shown(
    'case-clock',
    '办理中的一件：办理时限',
    'A case in hand: its limits',
    (demo) => `/accepted/${demo.cases.accepted}`,
    '.case-clock',
  ),
  dialog(
    'pause',
    '中止时限',
    'Stopping the clock',
    (demo) => `/accepted/${demo.cases.accepted}`,
    (words) => words('pause.open'),
  ),
  dialog(
    'notice',
    '一次性告知',
    'Telling what is missing',
    (demo) => `/accepted/${demo.cases.accepted}`,
    (words) => words('notice.open'),
  ),
]

/** What is only for the gallery: what villages wrote and reported, which the demo alone has not. */
export const reportedScreens: Screen<ConsolePage>[] = [
  {
    name: 'register-line',
    what: { 'zh-CN': '登记簿：一条登记和它的名单', en: 'A line of a register, and its roll' },
    open: async (console, _, language) => {
      await console.go('/registers/DJ_ZOUFANG')
      const show = tell(language)('registered.show')
      await console.page.getByRole('button', { name: new RegExp(`${show}.*十一月走访`) }).click()
      await console.page.getByRole('dialog').waitFor()
      await console.settled()
    },
    leave: escapePage,
  },
  {
    name: 'handover',
    what: { 'zh-CN': '离岗交接书', en: 'A hand-over' },
    open: async (console, _, language) => {
      await console.go('/laptops')
      const show = tell(language)('handover.show')
      await console.page
        .getByRole('button', { name: new RegExp(show) })
        .first()
        .click()
      await console.page.getByRole('dialog').waitFor()
      await console.settled()
    },
    leave: escapePage,
  },
]
