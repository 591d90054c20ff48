// The official's way, through the real console: a workbook with slips of the pen, mended, tried, published; a laptop has it
// with its next exchange, and the township accepts what was filled in by it.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ConsolePage } from './harness/browser'
import { Chromium } from './harness/browser'
import { ACCEPTOR, ADMIN, Center } from './harness/center'
import { failureFile, newFolder } from './harness/folder'
import { Laptop } from './harness/laptop'
import { DEPARTMENT, grant, GROUPS, ITEM, TITLE, writeForm, writeGroups } from './harness/official'
import { until } from './harness/programs'
import { demoRoster, fittingHouseholds } from './harness/roster'
import { wordsOf } from './harness/words'
import { cellsOf } from './harness/workbook'

const tell = wordsOf('console')
const folder = newFolder('forms')
let center: Center
let chromium: Chromium
let admin: ConsolePage
let staff: ConsolePage
let laptop: Laptop
let elder = { name: '', id: '' }
let other = { name: '', id: '' }
let filed = ''
let broken = ''

beforeAll(async () => {
  center = await Center.open(folder.path)
  const roster = demoRoster(folder.path, 60, 200)
  laptop = Laptop.enrolled(folder.path, center, roster.file)
  const house = fittingHouseholds(roster.households)[0]
  elder = house?.elder ?? elder
  other = house?.other ?? other
  chromium = await Chromium.open()
  admin = await chromium.page(center.console)
  await admin.signIn(ADMIN)
  staff = await chromium.page(center.console)
  await staff.signIn(ACCEPTOR)
})
afterAll(async () => {
  await Promise.allSettled([chromium?.close(), center?.stop()])
  folder.remove()
})
// What comes later stands on what came before: after a failure the rest would only say the same again.
beforeEach((context) => context.skip(broken !== '', `“${broken}” failed before`))
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return
  broken = task.name
  await chromium.pictures(failureFile(`forms ${task.name}`))
})

/** Chooses files as the system's dialog would. */
async function bring(...files: string[]): Promise<void> {
  await admin.page.locator('input[type=file]').setInputFiles(files)
}
const button = (name: string, on = admin) => on.page.getByRole('button', { name, exact: true })
const field = (name: string) => admin.page.locator('.form-sections').getByRole('textbox', { name })

test('who does not publish sees the forms in use, and takes a workbook along', async () => {
  await staff.page.getByRole('link', { name: tell('nav.forms') }).click()
  await staff.page.getByRole('row').filter({ hasText: 'DIBAO ·' }).getByText(tell('forms.built_in')).waitFor()
  await staff.page.getByText(tell('forms.none'), { exact: true }).waitFor()
  await expect.poll(() => button(tell('publish.title'), staff).count()).toBe(0)
  const [download] = await Promise.all([
    staff.page.waitForEvent('download'),
    staff.page.getByRole('row').filter({ hasText: 'DIBAO ·' }).getByRole('link').click(),
  ])
  expect(download.suggestedFilename()).toBe('DIBAO.xlsx')
  expect(cellsOf((await download.path()) ?? '')[0]).toContain('type')
  // Nor by its address, nor past the screen.
  await staff.go('/forms/new')
  await staff.page.getByText(tell('forms.admin_publishes_text')).waitFor()
  const session = await center.signIn(ACCEPTOR)
  expect(
    (
      await session.ask('form/bring', {
        name: 'a.xlsx',
        workbook: '',
        files: {},
      })
    ).status,
  ).toBe(403)
})

test('a workbook with slips of the pen is refused, each with its sheet and cell', async () => {
  await admin.page.getByRole('link', { name: tell('nav.forms') }).click()
  await button(tell('publish.title')).click()
  await admin.page.getByText(tell('publish.bring'), { exact: true }).waitFor()
  await bring(
    writeForm(folder.path, '高龄津贴.xlsx', '1', {
      function: true,
      list: true,
    }),
    writeGroups(folder.path),
  )
  await admin.page.getByText(tell('check.errors', { n: 2 })).waitFor()
  const cells = admin.page.getByRole('table').getByRole('row')
  await cells.filter({ hasText: 'F4' }).getByText('cn-id-ok').waitFor()
  await cells.filter({ hasText: 'A8' }).getByText('bands').waitFor()
  await expect.poll(() => button(tell('publish.open')).count()).toBe(0)
  const steps = admin.page.getByRole('list', { name: tell('publish.steps') }).getByRole('button')
  await expect
    .poll(() => steps.evaluateAll((all) => all.map((one) => (one as HTMLButtonElement).disabled)))
    .toEqual([false, true, true])
  expect([...(await admin.flaws()), ...(await admin.grave())]).toEqual([])
})

test('mended, it is good; a table that is missing is named and brought alone', async () => {
  await button(tell('publish.put_away')).click()
  await bring(writeForm(folder.path, '高龄津贴.xlsx', '1'))
  await admin.page.getByText(tell('check.missing', { n: 1 })).waitFor()
  await admin.page.getByText(GROUPS, { exact: true }).waitFor()
  await bring(writeGroups(folder.path))
  await admin.page.getByText(tell('check.good')).waitFor()
  await admin.page.getByText(tell('publish.with', { names: GROUPS })).waitFor()
  for (const fact of [TITLE, ITEM, tell('forms.questions', { n: 8 }), tell('check.new_item')])
    await admin.page.getByText(fact, { exact: true }).first().waitFor()
  expect([...(await admin.flaws()), ...(await admin.grave())]).toEqual([])
})

test('it is filled in for trial: what is required, what depends on an answer, rows, what is computed', async () => {
  await admin.page
    .locator('.action-bar')
    .getByRole('button', { name: tell('publish.step.try') })
    .click()
  const side = admin.page.getByRole('complementary', {
    name: tell('trial.side'),
  })
  await side.getByRole('button', { name: '姓名', exact: true }).click()
  await expect.poll(() => field('姓名').evaluate((box) => box === document.activeElement)).toBe(true)
  // Typed without a pause, over several answers of the center.
  await admin.page.keyboard.type('余桂英', { delay: 60 })
  await admin.page.keyboard.press('Enter')
  await admin.page.keyboard.type('420704193403150035', { delay: 40 })
  await admin.page.getByText('身份证号不对，请核对').first().waitFor()
  await field('身份证号').fill('420704193403150034')
  await side.getByText('身份证号不对，请核对').waitFor({ state: 'detached' })
  await expect.poll(() => field('姓名').inputValue()).toBe('余桂英')
  await side.getByText(/^自动算出/).click()
  await side.getByText('92', { exact: true }).waitFor()

  await admin.page.locator('.form-sections .steps').getByRole('button', { name: '二、津贴' }).click()
  await expect.poll(() => field('社保卡账号').count()).toBe(0)
  await admin.page.getByRole('radio', { name: '有', exact: true }).check()
  await field('社保卡账号').fill('6217')
  await admin.page.getByRole('radio', { name: '没有', exact: true }).check()
  await field('社保卡账号').waitFor({ state: 'detached' })
  await admin.page.getByRole('radio', { name: '有', exact: true }).check()
  await field('社保卡账号').waitFor()
  await field('社保卡账号').focus()
  await expect.poll(() => field('社保卡账号').inputValue()).toBe('6217')
  await admin.page.getByRole('radio', { name: '90 周岁以上' }).check()
  await admin.page.getByRole('radio', { name: '一组' }).check()
  expect([...(await admin.flaws()), ...(await admin.grave())]).toEqual([])
})

test('rows are added in a trial, and another language of the screen keeps what was filled in', async () => {
  const side = admin.page.locator('aside')
  await side.getByRole('button', { name: '成员姓名' }).first().click()
  await field('成员姓名').first().fill('余小云')
  await field('月收入').first().fill('180')
  await admin.page.getByRole('button', { name: /^添加/ }).click()
  await field('月收入').nth(1).fill('200')
  await side.getByText('380', { exact: true }).waitFor()
  await admin.page.getByRole('button', { name: new RegExp(ADMIN.name) }).click()
  await admin.page.getByRole('button', { name: 'English' }).click()
  await admin.page.keyboard.press('Escape')
  await side.getByText('1 left to fill in').waitFor()
  await expect.poll(() => field('月收入').nth(1).inputValue()).toBe('200')
  await field('成员姓名').nth(1).fill('余大林')
  await side.getByText(wordsOf('console', 'en')('trial.whole')).waitFor()
  await admin.page.getByRole('button', { name: new RegExp(ADMIN.name) }).click()
  await admin.page.getByRole('button', { name: '中文' }).click()
  await admin.page.keyboard.press('Escape')
  await side.getByText(tell('trial.whole')).waitFor()
})

test('before it is published it is said what happens; then it stands in the list with who published it', async () => {
  await button(tell('publish.open')).click()
  const dialog = admin.page.getByRole('dialog', {
    name: tell('publish.ask', { title: TITLE }),
  })
  for (const words of ['publish.reaches', 'publish.new_cases', 'publish.old_cases'])
    await dialog.getByText(tell(words)).waitFor()
  const publish = dialog.getByRole('button', {
    name: tell('publish.act'),
    exact: true,
  })
  await expect.poll(() => publish.isEnabled()).toBe(false)
  await dialog.getByLabel(tell('column.department')).fill(DEPARTMENT)
  // A code that cannot be one is named as such.
  await dialog.getByLabel(tell('publish.code')).fill('高龄')
  await publish.click()
  await dialog.getByText(tell('publish.refused.item')).waitFor()
  expect([...(await admin.flaws()), ...(await admin.grave())]).toEqual([])
  await dialog.getByLabel(tell('publish.code')).fill(ITEM)
  await publish.click()
  await admin.page.getByText(tell('forms.done', { title: TITLE, version: '1' })).waitFor()
  const past = admin.page.getByRole('region', { name: tell('forms.past') })
  await past.getByRole('row').filter({ hasText: TITLE }).getByText(ADMIN.name).waitFor()
  // Others see it without reload.
  await staff.go('/forms')
  await staff.page.getByRole('row').filter({ hasText: ITEM }).getByText(DEPARTMENT).waitFor()
  expect([...(await admin.flaws()), ...(await admin.grave()), ...admin.complaints()]).toEqual([])
})

test('the same again is nothing to publish', async () => {
  await button(tell('publish.title')).click()
  await bring(writeForm(folder.path, '高龄津贴.xlsx', '1'), writeGroups(folder.path))
  await admin.page.getByText(tell('check.unchanged')).waitFor()
  await expect.poll(() => button(tell('publish.open')).count()).toBe(0)
  await button(tell('publish.put_away')).click()
})

test('a laptop has it with its next exchange, and reports a case by it', async () => {
  laptop.sync()
  filed = laptop.openCase({
    item: ITEM,
    person: elder.id,
    answers: grant(),
    submit: true,
  })
  expect(filed).not.toBe('')
  laptop.sync()
  await until('the case at the township', async () => {
    const session = await center.signIn(ACCEPTOR)
    return (await session.post('case/show', { id: filed })).row.stage === 'submitted'
  })
})

test('a second version is dropped onto the page and published; the case under way keeps its own', async () => {
  const second = writeForm(folder.path, '高龄津贴-2.xlsx', '2')
  await admin.go('/forms')
  await drop(admin, [second, writeGroups(folder.path)])
  await admin.page.getByText(tell('check.version_now', { version: '1' })).waitFor()
  await button(tell('publish.open')).click()
  const dialog = admin.page.getByRole('dialog')
  await dialog.getByText('1 → 2').waitFor()
  await dialog.getByText(tell('publish.not_tried')).waitFor()
  await dialog.getByRole('button', { name: tell('publish.act'), exact: true }).click()
  await admin.page.getByText(tell('forms.done', { title: TITLE, version: '2' })).waitFor()
})

test('the township imports the case, reads it in the form’s words, and accepts it', async () => {
  const session = await center.signIn(ACCEPTOR)
  const batch = (await session.post('batch/list', { limit: 20 })).find(({ cases }) => cases > 0)
  await staff.go(`/inbox/${batch?.id}`)
  await staff.page.getByRole('button', { name: /^导入 \d+ 件$/ }).click()
  await staff.page.getByText('已列入待审').waitFor()
  await staff.go(`/review/${filed}`)
  for (const words of [elder.name, '90 周岁以上', '二组', '余桂英', '180'])
    await staff.page.getByText(words, { exact: true }).first().waitFor()
  await button(tell('accept.open'), staff).click()
  await staff.page
    .getByRole('dialog')
    .getByRole('button', { name: tell('accept.open'), exact: true })
    .click()
  await staff.page.getByText(tell('done.accepted')).waitFor()
  expect(staff.complaints()).toEqual([])
})

test('an answer that the form refuses is named at the case; it can only be returned, with the form’s reason', async () => {
  laptop.sync()
  const wrong = laptop.openCase({ item: ITEM, person: other.id, answers: grant(), submit: true })
  laptop.situation('blank', wrong, '/data/grant/band')
  laptop.sync()
  const session = await center.signIn(ACCEPTOR)
  for (const { id, cases, imported_at } of await session.post('batch/list', { limit: 20 }))
    if (cases > 0 && !imported_at) await session.post('batch/import', { id })
  await staff.go(`/review/${wrong}`)
  const note = staff.page.getByRole('region', { name: tell('note.invalid_label') })
  await note.getByText(tell('note.invalid', { n: 1 })).waitFor()
  await staff.page.getByText(tell('why.invalid')).waitFor()
  await expect.poll(() => button(tell('accept.open'), staff).count()).toBe(0)
  await note.getByRole('button', { name: '年龄段' }).click()
  const line = staff.page.locator('[data-path="/data/grant/band"]')
  await expect.poll(() => line.evaluate((field) => field.contains(document.activeElement))).toBe(true)
  const reason = (await line.locator('.reason').textContent())?.trim() ?? ''
  expect(reason).not.toBe('')
  expect([...(await staff.flaws()), ...(await staff.grave())]).toEqual([])

  await button(tell('return.open'), staff).click()
  const dialog = staff.page.getByRole('dialog')
  const sent = dialog.getByRole('listitem').filter({ hasText: '年龄段' })
  await sent.getByText(reason).waitFor()
  await sent.getByRole('button', { name: tell('remark.change') }).click()
  await sent.getByRole('textbox').fill('请填写年龄段，按身份证计算')
  expect([...(await staff.flaws()), ...(await staff.grave())]).toEqual([])
  await dialog.getByRole('button', { name: tell('return.act'), exact: true }).click()
  await staff.page.getByText(tell('done.returned')).waitFor()
  laptop.sync()
  const shown = JSON.stringify(laptop.ask<object>(['case', 'show', wrong]))
  expect(shown).toContain('请填写年龄段，按身份证计算')
  // Corrected, it is accepted.
  laptop.correct(wrong, { '/data/grant/band': '80' })
  laptop.sync()
  for (const { id, cases, imported_at } of await session.post('batch/list', { limit: 20 }))
    if (cases > 0 && !imported_at) await session.post('batch/import', { id })
  // The page that is open keeps what she was reading; opened anew it shows the newest.
  await staff.page.reload()
  await staff.go(`/review/${wrong}`)
  await button(tell('accept.open'), staff).waitFor()
  await expect.poll(() => note.count()).toBe(0)
})

/** Drops files onto the page, as from a folder. */
async function drop(on: ConsolePage, files: string[]): Promise<void> {
  await on.page.evaluate(() => {
    const input = document.createElement('input')
    input.type = 'file'
    input.multiple = true
    input.id = 'dropped'
    document.body.append(input)
  })
  await on.page.locator('#dropped').setInputFiles(files)
  await on.page.evaluate(() => {
    const input = document.querySelector<HTMLInputElement>('#dropped')
    const held = new DataTransfer()
    for (const file of input?.files ?? []) held.items.add(file)
    input?.remove()
    for (const kind of ['dragenter', 'dragover', 'drop'])
      document.body.dispatchEvent(
        new DragEvent(kind, {
          dataTransfer: held,
          bubbles: true,
          cancelable: true,
        }),
      )
  })
}
