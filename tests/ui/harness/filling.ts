// Filling in a form in the window as a person does: section by section, by what each question is answered with.
import type { CaseView, FieldView } from '../../../ui/src/shared/bindings/desk'
import type { WebElement } from 'selenium-webdriver'
import { until } from './programs'
import { FIND } from './seeing'
import { Key, type Window } from './window'
import { wordsOf } from './words'

const say = wordsOf('village')

/** Gives these answers, adding rows where the form has too few; questions are asked as earlier answers make them. */
export async function fillForm(window: Window, id: string, answers: Record<string, string>): Promise<void> {
  for (const section of sectionsOf(answers)) {
    const wanted = Object.entries(answers).filter(([path]) => path.startsWith(`${section}/`))
    const view = await until(`the section ${section}`, async () => {
      const now = await window.desk('show_case', { case: id })
      return now.form.some(({ path }) => path.startsWith(`${section}/`)) ? now : null
    })
    const group = view.form.find((field) => field.path === section)
    if (group && sectionsOf(Object.fromEntries(view.form.map(({ path }) => [path, '']))).length > 1) {
      await window.press('button', group.label, { within: say('form.steps') })
    }
    await addRows(
      window,
      view,
      wanted.map(([path]) => path),
    )
    for (const [path, value] of wanted) {
      const field = await until(`the question ${path}`, async () =>
        (await window.desk('show_case', { case: id })).form.find((one) => one.path === path),
      )
      if (field.value !== value && !field.read_only) await answer(window, field, value)
    }
  }
  const { consents } = await window.desk('show_case', { case: id })
  if (consents.text) await window.press('checkbox', say('consent.given'))
  if (consents.sensitive_text) await window.press('checkbox', say('consent.sensitive_given'))
}

/** Both texts were read and agreed to, where the form asks for no consent itself: said without the screen. */
export async function agree(window: Window, id: string): Promise<void> {
  const { consents, consent_texts } = await window.desk('show_case', { case: id })
  const given = { ...(consents.text && { consent_text: consent_texts.version }) }
  const apart = { ...(consents.sensitive_text && { consent_sensitive_text: consent_texts.version }) }
  await window.desk('handle_case', { case: id, changes: { ...given, ...apart } })
}

/** Begins a line in this register by its key; its id. */
export async function beginLine(window: Window, register: { code: string; name: string }): Promise<string> {
  await window.go(`/registers/${register.code}`)
  await window.find('heading', register.name)
  await window.keys('a')
  return lineOnScreen(window)
}
/** The line that is opened now, where another page was. */
export function lineOnScreen(window: Window): Promise<string> {
  return until('a line', async () => {
    const hash = await window.script<string>('return location.hash')
    return /^#\/registers\/line\/([0-9a-f-]{36})$/.exec(hash)?.[1]
  })
}

/** Gives these answers to the line of a register that is on the screen, each saved before the next is typed. */
export async function fillLine(window: Window, line: string, answers: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(answers)) {
    const asked = async () => (await window.desk('show_line', { line })).form.find((one) => one.name === name)
    const field = await until(`the question ${name}`, asked)
    if (field.value === value) continue
    await answer(window, field, value)
    await until(`the answer to ${name}`, async () => (await asked())?.value === value)
  }
}

function sectionsOf(answers: Record<string, string>): string[] {
  return [...new Set(Object.keys(answers).map((path) => path.split('/').slice(0, 3).join('/')))]
}

async function addRows(window: Window, view: CaseView, paths: string[]): Promise<void> {
  for (const repeat of view.repeats) {
    const rows = paths
      .filter((path) => path.startsWith(`${repeat.path}[`))
      .map((path) => Number(/\[(\d+)\]/.exec(path.slice(repeat.path.length))?.[1] ?? 0))
    for (let have = repeat.rows; have < Math.max(0, ...rows); have += 1) {
      await window.press('button', say('form.add_row', { name: repeat.label }))
      await window.find('heading', say('form.row', { name: repeat.label, number: have + 1 }))
    }
  }
}

/** The question stands where its label is; its control is what its kind asks for. */
async function answer(window: Window, field: FieldView, value: string): Promise<void> {
  const within = `document.querySelector('[data-path="' + CSS.escape(arguments[0]) + '"]')`
  const press = async (role: string, name: string) => {
    const element = await until(`${role} “${name}” of “${field.label}”`, () =>
      window.script<WebElement | null>(
        `${FIND}
         const found = ${within} && find(arguments[1], arguments[2], false, ${within})[0]
         if (!found) return null
         const target = found.closest('label') ?? found
         target.scrollIntoView({ block: 'center' })
         return target`,
        field.path,
        role,
        name,
      ),
    )
    await element.click()
  }
  const isOpen = () =>
    window.script<boolean>(
      `return ${within}?.querySelector('[role="combobox"]')?.getAttribute('aria-expanded') === 'true'`,
      field.path,
    )
  const labelOf = (name: string) => field.choices?.find((choice) => choice.name === name)?.label ?? name
  if (field.kind === 'acknowledge') return press('checkbox', field.label)
  if (field.kind === 'select_multiple') {
    for (const name of value.split(' ')) await press('checkbox', labelOf(name))
    return
  }
  if (field.kind === 'select_one' && (field.choices?.length ?? 0) <= 5) return press('radio', labelOf(value))
  if (field.kind === 'select_one') {
    // What is saved meanwhile may move the form under the pointer: she looks whether the list opened before she goes on.
    await until(`the list of “${field.label}”`, async () => {
      if (!(await isOpen())) await press('combobox', '')
      return until('it to open', isOpen, 3_000)
    })
    await window.press('option', labelOf(value), { exact: true })
    return
  }
  const box = await until(`the box of “${field.label}”`, () =>
    window.script<WebElement | null>(
      `const box = ${within}?.querySelector('input:not([tabindex="-1"]), textarea')
       box?.scrollIntoView({ block: 'center' })
       return box ?? null`,
      field.path,
    ),
  )
  await box.click()
  await window.script('arguments[0].select()', box)
  await box.sendKeys(value)
  if (field.kind === 'date') await box.sendKeys(Key.TAB)
}
