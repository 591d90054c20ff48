// An official's change of an item through the real console: found, changed, a slip of the pen told at its field, mended, looked
// at, published, taken to an earlier version, switched off by date; a township's own words; the working days.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Chromium, type ConsolePage } from './harness/browser'
import { ACCEPTOR, ADMIN, Center } from './harness/center'
import { failureFile, newFolder } from './harness/folder'
import { Laptop } from './harness/laptop'
import { until } from './harness/programs'
import { demoRoster, fittingHouseholds } from './harness/roster'
import { wordsOf } from './harness/words'

const ITEM = 'GAOLING'
const TOWNSHIP = { name: '江汉', role: 'admin', password: 'Nanmen-64-huayuan' }
const tell = wordsOf('console')
const folder = newFolder('guide')
let center: Center
let chromium: Chromium
let admin: ConsolePage
let staff: ConsolePage
let township: ConsolePage
let laptop: Laptop
let elder = ''
let elderName = ''
let broken = ''

beforeAll(async () => {
  center = await Center.open(folder.path)
  const words = ['staff', 'add', '--name', TOWNSHIP.name, '--role', 'admin', '--scope', '420703200', '--password-stdin']
  center.ask(words, `${TOWNSHIP.password}\n`)
  const roster = demoRoster(folder.path, 60, 200)
  const person = fittingHouseholds(roster.households)[0]?.elder
  elder = person?.id ?? ''
  elderName = person?.name ?? ''
  laptop = Laptop.enrolled(folder.path, center, roster.file)
  chromium = await Chromium.open()
  ;[admin, staff, township] = await Promise.all(
    [ADMIN, ACCEPTOR, TOWNSHIP].map(async (member) => {
      const page = await chromium.page(center.console)
      await page.signIn(member)
      return page
    }),
  )
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
  await chromium.pictures(failureFile(`guide ${task.name}`))
})

const button = (name: string, on = admin) => on.page.getByRole('button', { name, exact: true })
const part = (name: string, on = admin) =>
  on.page
    .getByRole('navigation', { name: tell('editor.parts') })
    .getByRole('button', { name: tell(`card.part.${name}`) })
const field = (key: string, on = admin) => on.page.getByLabel(tell(`card.${key}`), { exact: true })
const rows = (key: string, on = admin) => on.page.getByRole('region', { name: tell(`card.${key}`), exact: true })
const side = (name: string, on = admin) => on.page.getByRole('radio', { name: tell(`editor.side.${name}`) })
const heard = (text: string, on = admin) => on.page.getByText(text, { exact: true }).waitFor()

async function edit(on = admin, code = ITEM): Promise<void> {
  await on.go(`/guide/${code}/edit`)
  await part('basic', on).click()
}
/** Publishes what was changed, and is asked first. */
async function publish(on = admin): Promise<string> {
  await button(tell('editor.publish'), on).click()
  const dialog = on.page.getByRole('dialog')
  await dialog.getByRole('button', { name: tell('editor.act.publish'), exact: true }).waitFor()
  const said = (await dialog.textContent()) ?? ''
  await dialog.getByRole('button', { name: tell('editor.act.publish'), exact: true }).click()
  await heard(tell('editor.done.publish'), on)
  return said
}
/** What every member of staff reads of the item's limits; news of a publication come by themselves. */
async function readsLimits(words: RegExp, on = staff): Promise<void> {
  await on.go(`/guide/${ITEM}`)
  const limits = on.page.locator('.guide-paper section').filter({ hasText: tell('guide.limits') })
  await until(`limits such as ${words}`, async () => words.test((await limits.textContent()) ?? ''))
}

describe('the guide', () => {
  test('an item is found by the words people use, and read; nonsense finds none', async () => {
    const { page } = staff
    await page.getByRole('link', { name: tell('nav.guide'), exact: true }).click()
    const box = page.getByRole('searchbox', { name: tell('guides.search') })
    await box.fill('老年钱')
    const list = page.getByRole('list', { name: tell('guide.list') })
    await until('the item that is meant comes first', async () =>
      ((await list.getByRole('button').first().textContent()) ?? '').includes('高龄津贴'),
    )
    await page.locator('.guide-paper').getByRole('heading', { name: '高龄津贴' }).waitFor()
    await box.fill('没有这回事呀呀呀')
    await heard(tell('guides.none'), staff)
    await button(tell('filter.clear'), staff).click()
    await list.getByRole('button').nth(40).waitFor()
  })

  test('it is printed on one sheet', async () => {
    const { page } = staff
    await staff.go(`/guide/${ITEM}`)
    await page.locator('.guide-paper').getByRole('heading', { name: '高龄津贴' }).waitFor()
    await page.evaluate(() => (window.print = () => document.body.setAttribute('data-printed', 'yes')))
    await button(tell('guides.print'), staff).click()
    await page.locator('body[data-printed]').waitFor()
    const sheets = (await page.pdf({ preferCSSPageSize: true })).toString('latin1')
    expect(sheets.match(/\/Type\s*\/Page[^s]/g)).toHaveLength(1)
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')))
  })

  test('who does not administer reads a card and can change nothing', async () => {
    await edit(staff)
    await heard(tell('editor.admin_changes'), staff)
    await expect.poll(() => field('name', staff).isDisabled()).toBe(true)
    await expect.poll(() => button(tell('editor.publish'), staff).count()).toBe(0)
    await part('materials', staff).click()
    await expect.poll(() => button(tell('card.add', { name: tell('card.materials') }), staff).count()).toBe(0)
  })
})

describe('a change', () => {
  test('a mistake is told at its field, and nothing is published', async () => {
    await edit()
    await part('limits').click()
    const list = rows('limits.promised')
    await list.getByRole('button', { name: tell('card.add', { name: tell('card.limits.promised') }) }).click()
    await field('limit.name').fill('全程')
    await field('limit.days').fill('0')
    await field('limit.whole').check()
    // The check leads there from anywhere.
    await part('basic').click()
    await button(tell('editor.check')).click()
    await field('limit.days').waitFor()
    await expect.poll(() => field('limit.days').evaluate((box) => box === document.activeElement)).toBe(true)
    await expect.poll(() => field('limit.days').getAttribute('aria-invalid')).toBe('true')
    await expect.poll(() => list.locator('.error').allTextContents()).toContain('当场办结的写 0；其余的写 1 至 3660')
    await button(tell('editor.publish')).click()
    await heard(tell('editor.errors', { n: 1 }))
    await expect.poll(() => admin.page.getByRole('dialog').isVisible()).toBe(false)
  })

  test('mended and looked at, it is published for the whole center and read by everybody', async () => {
    await field('limit.days').fill('10')
    await button(tell('editor.check')).click()
    await side('preview').click()
    await admin.page.locator('.guide-paper').getByText('10 个工作日').first().waitFor()
    const said = await publish()
    expect(said).toContain(tell('editor.holds_everywhere'))
    expect(said).toContain(tell('card.part.limits'))
    expect(said).not.toContain(tell('card.part.materials'))
    await readsLimits(/承诺\s*全程\s*10 个工作日/)
  })

  test('what is not published yet is not lost by a press elsewhere', async () => {
    await edit()
    await field('department').fill('民政局')
    await admin.go('/due')
    const dialog = admin.page.getByRole('dialog')
    await dialog.getByText(tell('editor.leave_text')).waitFor()
    await dialog.getByRole('button', { name: tell('act.back'), exact: true }).click()
    await dialog.waitFor({ state: 'hidden' })
    await expect.poll(() => field('department').inputValue()).toBe('民政局')
    await button(tell('editor.put_back')).click()
    await expect.poll(() => field('department').inputValue()).not.toBe('民政局')
  })

  test('an earlier version is published again from the history', async () => {
    await part('limits').click()
    const row = rows('limits.promised').getByRole('button', { name: '全程' }).first()
    if ((await row.getAttribute('aria-expanded')) === 'false') await row.click()
    await field('limit.days').fill('7')
    await publish()
    await readsLimits(/承诺\s*全程\s*7 个工作日/)
    await edit()
    await side('history').click()
    await admin.page.getByRole('button', { name: new RegExp(`^${tell('published.again')}`) }).click()
    const dialog = admin.page.getByRole('dialog')
    await dialog.getByText(tell('editor.open_cases')).waitFor()
    await dialog.getByRole('button', { name: tell('editor.act.again'), exact: true }).click()
    await heard(tell('editor.done.again'))
    await readsLimits(/承诺\s*全程\s*10 个工作日/)
  })

  test('switched off by date it opens no case on a laptop; opened again it does', async () => {
    const open = () => laptop.openCase({ item: ITEM, person: elder, answers: {} })
    await edit()
    await part('closed').click()
    await admin.page.getByRole('textbox', { name: tell('card.closed.from') }).fill('2026-01-01')
    await field('closed.source').fill('民发〔2026〕1号')
    await field('closed.reason').fill('并入养老服务补贴')
    await publish()
    await staff.go(`/guide/${ITEM}`)
    await staff.page.locator('.guide-paper').getByText('并入养老服务补贴').waitFor()
    laptop.sync()
    expect(open).toThrow(/item_closed/)
    for (const key of ['closed.source', 'closed.reason']) await field(key).fill('')
    await admin.page.getByRole('textbox', { name: tell('card.closed.from') }).fill('')
    await publish()
    laptop.sync()
    expect(open()).toMatch(/^[0-9a-f-]{36}$/)
  })
})

describe('an item of the place’s own', () => {
  test('a code that is taken, or none, is told where it is typed', async () => {
    await admin.go('/guide')
    await button(tell('new_item.title')).click()
    const dialog = admin.page.getByRole('dialog', { name: tell('new_item.title') })
    const code = dialog.getByLabel(tell('new_item.code'), { exact: true })
    await code.fill('便民车')
    await dialog.getByText(tell('new_item.code_wrong')).waitFor()
    await code.fill(ITEM)
    await dialog.getByRole('alert').filter({ hasText: '高龄津贴' }).waitFor()
    await expect.poll(() => dialog.getByRole('button', { name: tell('new_item.begin') }).isDisabled()).toBe(true)
    expect(await admin.flaws()).toEqual([])
  })

  test('it begins with an empty card, and once published every laptop finds it', async () => {
    const { page } = admin
    const dialog = page.getByRole('dialog', { name: tell('new_item.title') })
    await dialog.getByLabel(tell('new_item.name'), { exact: true }).fill('便民班车乘车登记')
    await dialog.getByLabel(tell('new_item.code'), { exact: true }).fill('BIANMINCHE')
    await dialog.getByLabel(tell('new_item.department'), { exact: true }).fill('交通运输')
    await dialog.getByRole('combobox', { name: tell('new_item.category') }).press('Enter')
    await page.getByRole('option', { name: '其他' }).click()
    await dialog.getByRole('button', { name: tell('new_item.begin') }).click()
    await page.getByRole('heading', { name: /便民班车乘车登记/ }).waitFor()
    await expect.poll(() => field('code').inputValue()).toBe('BIANMINCHE')
    expect(await admin.flaws()).toEqual([])
    await publish()
    laptop.sync()
    const guides = JSON.stringify(laptop.ask<object>(['item', 'list']))
    expect(guides).toContain('BIANMINCHE')
  })
})

describe('an official list', () => {
  test('is looked at row by row at the console before it is taken in', async () => {
    const { page } = staff
    await staff.go('/due')
    await button(tell('due_import.title'), staff).click()
    const nobody = { name: '名单.csv', mimeType: 'text/csv', buffer: Buffer.from('姓名\n李四\n') }
    await page.getByLabel(tell('roster.choose'), { exact: true }).setInputFiles(nobody)
    await page.getByText('社会保障号码').first().waitFor()
    expect(await staff.flaws()).toEqual([])
    const lines = `身份证号,姓名,到期日\n${elder},${elderName},2030-03-05\n42070419340315003X,不在,2030-03-05\n`
    const list = { name: '名单.csv', mimeType: 'text/csv', buffer: Buffer.from(lines) }
    await page.getByLabel(tell('roster.choose'), { exact: true }).setInputFiles(list)
    await page.getByText(elderName).first().waitFor()
    expect(await staff.flaws()).toEqual([])
    await button(tell('due_import.act', { n: 1 }), staff).click()
    await page.getByText(tell('due_import.ask_text')).waitFor()
    await button(tell('roster.sure'), staff).click()
    await page.getByText(tell('due_import.done')).first().waitFor()
    await button(tell('due_import.to_list'), staff).click()
    await page.getByRole('heading', { name: tell('nav.due') }).waitFor()
  })
})

describe('a township', () => {
  test('publishes what differs in it alone, and takes it back', async () => {
    await edit(township)
    await part('handling', township).click()
    await field('receiving_place', township).fill('临江乡便民服务中心三号窗口')
    const said = await publish(township)
    expect(said).toContain('其他地方不变')
    await heard(tell('editor.differs'), township)
    await township.go(`/guide/${ITEM}`)
    await township.page.locator('.guide-paper').getByText('三号窗口').waitFor()
    await admin.go(`/guide/${ITEM}`)
    await admin.page.locator('.guide-paper').getByRole('heading', { name: '高龄津贴' }).waitFor()
    await expect.poll(() => admin.page.locator('.guide-paper').getByText('三号窗口').count()).toBe(0)
    await edit(township)
    await button(tell('editor.act.withdraw'), township).click()
    const dialog = township.page.getByRole('dialog')
    await dialog.getByRole('button', { name: tell('editor.act.withdraw'), exact: true }).click()
    await heard(tell('editor.done.withdraw'), township)
    await township.go(`/guide/${ITEM}`)
    await township.page.locator('.guide-paper').getByRole('heading', { name: '高龄津贴' }).waitFor()
    await expect.poll(() => township.page.locator('.guide-paper').getByText('三号窗口').count()).toBe(0)
  })
})

describe('working days', () => {
  const bring = async (name: string, text: string) => {
    writeFileSync(join(folder.path, name), text)
    await admin.page.locator('input[type=file]').setInputFiles(join(folder.path, name))
    await admin.page
      .getByRole('dialog')
      .getByRole('button', { name: tell('calendar.act'), exact: true })
      .click()
  }
  const year = (number: number) => admin.page.getByRole('row').filter({ hasText: String(number) })

  test('a day off of the place itself is published, and an earlier calendar again', async () => {
    await admin.go('/guide/calendar')
    await year(2026).waitFor()
    const before = await year(2026).textContent()
    await admin.page.getByRole('textbox', { name: tell('calendar.add') }).fill('2026-12-09')
    await button(tell('calendar.add')).click()
    await heard(tell('calendar.not_published'))
    await button(tell('calendar.publish')).click()
    await admin.page
      .getByRole('dialog')
      .getByRole('button', { name: tell('calendar.act'), exact: true })
      .click()
    await heard(tell('calendar.done'))
    await until('a working day less', async () => (await year(2026).textContent()) !== before)
    await staff.go('/guide/calendar')
    await staff.page
      .getByRole('region', { name: tell('calendar.local') })
      .getByText('12月9日')
      .waitFor()
    await expect.poll(() => button(tell('calendar.publish'), staff).count()).toBe(0)
  })

  test('a file that cannot be is told so and changes nothing; a year that is new comes beside the others', async () => {
    await bring('broken.json', '{"years": {"2027": {"holidays": [{"date": "2026-01-01"}], "workdays": []}}}')
    await admin.page.getByRole('alert').getByText('工作日历文件不能用').waitFor()
    await expect.poll(() => year(2027).count()).toBe(0)
    await bring('2027.json', '{"years": {"2027": {"holidays": [{"date": "2027-01-01"}], "workdays": []}}}')
    await heard(tell('calendar.done'))
    await year(2027).filter({ hasText: '1月1日' }).waitFor()
    await year(2024).waitFor()
    const local = admin.page.getByRole('region', { name: tell('calendar.local') })
    await local.getByText('12月9日').waitFor()
    const history = admin.page.getByRole('region', { name: tell('editor.side.history') })
    await history.getByRole('button').click()
    await admin.page
      .getByRole('dialog')
      .getByRole('button', { name: tell('calendar.act'), exact: true })
      .click()
    await until('2027 is gone again', async () => (await year(2027).count()) === 0)
  })

  test('no page complained', () => {
    for (const page of [admin, staff, township]) expect(page.complaints()).toEqual([])
  })
})
