// A day in the village through the real window, and the township's half of it in a real browser, on one real center.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ACCEPTOR, ADMIN, Center, CONFIRMER } from './harness/center'
import { Chromium, type ConsolePage } from './harness/browser'
import { failureFile, newFolder } from './harness/folder'
import { cardVisit, livingAllowance, pensionHelp, WANTING } from './harness/forms'
import { fillForm } from './harness/filling'
import { ask, PIN, program, until } from './harness/programs'
import { demoRoster, fittingHouseholds, type Villager } from './harness/roster'
import { Key, Window } from './harness/window'
import { wordsOf } from './harness/words'

const AGENT = '余秀兰'
const picture = (name: string) => fileURLToPath(new URL(`../../data/pictures/${name}`, import.meta.url))
const say = wordsOf('village')

const folder = newFolder('day')
let center: Center
let window: Window
let chromium: Chromium
let roster: ReturnType<typeof demoRoster>
let house: { number: string; head: Villager; elder: Villager; other: Villager; members: Villager[] }
const cases: Record<'PENSION_CERT' | 'SSC' | 'DIBAO', string> = { PENSION_CERT: '', SSC: '', DIBAO: '' }
let broken = ''

beforeAll(async () => {
  center = await Center.open(folder.path)
  const demo = demoRoster(folder.path, 60, 200)
  roster = demo
  // The smallest that fits: every member is a row of twelve answers.
  const first = fittingHouseholds(demo.households)
    .filter(({ head }) => head.name.length === 3)
    .sort((a, b) => a.members.length - b.members.length)[0]
  if (!first) throw new Error('no household has someone for every case')
  house = first
  window = await Window.open(folder.path)
  chromium = await Chromium.open()
})
afterAll(async () => {
  await Promise.allSettled([window?.close(), chromium?.close(), center?.stop()])
  folder.remove()
})
// What comes later stands on what came before: after a failure the rest would only say the same again.
beforeEach((context) => context.skip(broken !== '', `“${broken}” failed before`))
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return
  broken = task.name
  await window.picture(failureFile(`window ${task.name}`))
  await chromium.pictures(failureFile(`browser ${task.name}`))
})

/** Her case on the screen. */
async function openCase(id: string): Promise<void> {
  await window.go(`/cases/${id}`)
  await window.find('radiogroup', say('case.parts'))
}
async function signIn(): Promise<void> {
  await window.reads(say('sign_in.sub'))
  await window.keys(PIN, Key.ENTER)
  await window.find('navigation', say('frame.navigation'))
}

describe('in the village', () => {
  test('a new ledger asks for a name and a PIN that is not easily guessed', async () => {
    await window.reads('新建台账')
    await expect.poll(() => window.focused()).toMatchObject({ role: 'textbox', name: say('make.name') })
    await window.keys(AGENT, Key.TAB, '12345678')
    await window.reads('是连号，太容易猜到')
    await window.type(say('make.pin'), PIN)
    await window.type(say('make.again'), PIN)
    await window.keys(Key.ENTER)
    await window.find('navigation', say('frame.navigation'))
    await window.reads(AGENT)
  })

  test('today says what to do first; the township is joined with its code', async () => {
    await window.reads('先做两件事')
    await window.press('button', say('first.enrol_act'))
    await window.type(say('enrol.code'), 'BB1-WRONG-CODE')
    await window.press('button', say('enrol.act'), { exact: true })
    await window.find('alert', '登记码')
    await window.type(say('enrol.code'), center.code())
    await window.press('button', say('enrol.act'), { exact: true })
    await window.reads('已接入临江乡便民服务中心')
    await window.reads('大湖村')
  })

  test('the roster is chosen in the native dialog, looked at, and taken in', async () => {
    await window.press('button', say('enrol.to_roster'))
    await window.press('button', say('roster.choose'))
    await window.display.answerDialog('选择花名册', roster.file)
    await window.press('button', say('roster.act', { n: 200 }))
    await window.reads(say('roster.ask_text'))
    await window.press('button', say('roster.sure'))
    await window.reads('花名册已导入')
    await window.reads(/新增\s*200|200\s*新增/)
  })

  test('today is empty and says so quietly', async () => {
    await window.press('link', say('nav.today'))
    await window.reads('今天没有要办的事')
    await expect.poll(() => window.has('alert', '')).toBe(false)
  })

  test('a person is found by the initials of her name with the key /, Enter opens her', async () => {
    await window.keys('/')
    expect((await window.focused()).role).toMatch(/combobox|textbox|searchbox/)
    const known = await window.desk('find_people', { text: house.head.id })
    await window.keys(initialsOf(house.head.name))
    await window.find('option', house.head.name)
    const shown = await window.desk('find_people', { text: initialsOf(house.head.name) })
    const at = shown.findIndex(({ id }) => id === known[0]?.id)
    await window.keys(...Array.from({ length: at }, () => Key.ARROW_DOWN), Key.ENTER)
    await window.reads(`户号 ${house.number}`)
    await window.find('heading', house.head.name)
    await expect.poll(() => window.text()).not.toContain(house.head.id)
  })

  test('the number is whole only when she asks for it', async () => {
    await window.press('button', say('person.reveal'))
    await window.reads(house.head.id)
    await window.press('button', say('person.hide'))
    await until('the number is masked again', async () => !(await window.text()).includes(house.head.id))
  })

  test('a visit: who was met is ticked, saved as she types, recorded when she says so', async () => {
    await window.press('button', say('act.start_visit'))
    await window.reads(`走访 ${house.head.name} 家`)
    for (const one of [house.head, house.elder]) await window.press('checkbox', one.name)
    await window.type(say('visit.need'), '想办低保，老人腿脚不便')
    await window.reads(/已存 /)
    await window.press('button', say('visit.record'))
    await window.reads('走访记录已保存')
  })

  test('from the visit a pension case is opened with the key N and filled in', async () => {
    cases.PENSION_CERT = await newCase('养老认证', house.elder)
    await window.reads('不得凭照片、视频认证')
    await fillForm(window, cases.PENSION_CERT, pensionHelp(AGENT))
    await window.attach(say('case.add_photo'), picture('chelsea.jpg'))
    await window.find('button', say('photo.open'))
  })

  test('a card case for another member of the household', async () => {
    await window.keys(Key.ESCAPE)
    await window.reads(`走访 ${house.head.name} 家`)
    cases.SSC = await newCase('社保卡', house.other)
    await fillForm(window, cases.SSC, cardVisit())
  })

  test('an allowance case with a row for every member', async () => {
    await window.keys(Key.ESCAPE)
    cases.DIBAO = await newCase('低保', house.head)
    const answers = livingAllowance(house.head, house.members)
    delete answers[WANTING]
    await fillForm(window, cases.DIBAO, answers)
  })

  test('the window is killed while she types: at most the last keystrokes are lost', async () => {
    await openCase(cases.DIBAO)
    const said = '自建平房，砖木结构，九八年建，屋顶漏雨，厨房在外面，没有卫生间，院子里有一口井'
    const view = await window.desk('show_case', { case: cases.DIBAO })
    const field = view.form.find(({ path }) => path === WANTING)
    const group = view.form.find(({ path }) => path === '/data/assets')
    await window.press('button', group?.label ?? '')
    await (await window.find('textbox', field?.label ?? '')).click()
    // A typist who never pauses for as long as saving waits.
    for (const letter of said) await window.keys(letter)
    await window.killAndReopen()
    await signIn()
    await window.find('heading', say('today.title'))
    await openCase(cases.DIBAO)
    const kept =
      (await window.desk('show_case', { case: cases.DIBAO })).form.find(({ path }) => path === WANTING)?.value ?? ''
    expect(said.startsWith(kept), kept).toBe(true)
    expect(said.length - kept.length, `kept: ${kept}`).toBeLessThanOrEqual(12)
    await window.press('button', group?.label ?? '')
    await window.type(field?.label ?? '', '自建平房')
    await window.reads(/已存 /)
  })

  test('what hinders the submission is named first, and the cursor goes there', async () => {
    await center.stop()
    await window.press('button', say('case.submit'), { exact: true })
    await window.reads(/还差 \d+ 项/)
    const before = await window.desk('show_case', { case: cases.DIBAO })
    expect(before.row.standing).toBe('draft')
    expect(before.hindrances.length).toBeGreaterThan(0)
    for (const { label } of before.hindrances) await window.reads(label)
    for (const name of ['coffee.jpg', 'chelsea.jpg', 'rocket.jpg']) {
      const had = (await window.desk('show_case', { case: cases.DIBAO })).photos.length
      await window.attach(say('case.add_photo'), picture(name))
      await until('the photo', async () => (await window.desk('show_case', { case: cases.DIBAO })).photos.length > had)
    }
    const left = (await window.desk('show_case', { case: cases.DIBAO })).hindrances
    expect(left).toEqual([])
  })

  test('submitted, every case waits; without a network that is no error', async () => {
    for (const id of Object.values(cases)) {
      await openCase(id)
      await window.press('button', say('case.submit'), { exact: true })
      await window.reads(say('case.submitted_note'))
    }
    await window.press('link', say('nav.sync'))
    await window.press('button', say('sync.start'))
    await window.reads(/没有网络。3 件已存好，恢复后自动接着传。/)
    await expect.poll(() => window.has('alert', '')).toBe(false)
  })
})

describe('at the township', () => {
  let staff: ConsolePage
  let wanting = ''
  const tell = wordsOf('console')

  test('the acceptor signs in and sees that nothing came yet', async () => {
    await center.serve()
    staff = await chromium.page(center.console)
    await staff.signIn(ACCEPTOR)
    await staff.page.getByText('还没有收到报送包').waitFor()
  })

  test('back on the network everything is received, and the inbox shows it without reload', async () => {
    await window.press('button', say('sync.start'))
    await window.reads('全部已接收', 60_000)
    for (const id of [cases.SSC, cases.DIBAO]) {
      await openCase(id)
      await window.reads('乡镇已接收')
    }
    await openCase(cases.PENSION_CERT)
    await window.reads('已协助，待社保确认')
    await staff.page.getByRole('row').filter({ hasText: '大湖村' }).first().waitFor()
  })

  test('before it is imported a case can be read, and nothing can be done with it', async () => {
    await staff.go(`/cases/${cases.DIBAO}`)
    await staff.page.getByText('还没有导入：请先在收件里导入它所在的报送包').waitFor()
    for (const act of ['受理', '退回补正'])
      await expect.poll(() => staff.page.getByRole('button', { name: act, exact: true }).count()).toBe(0)
    // Nor by whoever goes past the screen.
    const session = await center.signIn(ACCEPTOR)
    const { row } = await session.post('case/show', { id: cases.DIBAO })
    expect(
      (await session.ask('case/accept', { id: cases.DIBAO, revision: row.revision })).status,
    ).toBeGreaterThanOrEqual(400)
    await staff.page.getByRole('link', { name: tell('why.to_inbox') }).click()
  })

  test('the batch is looked at and imported', async () => {
    // Whatever came in one post is one batch: all that hold a case are imported.
    const session = await center.signIn(ACCEPTOR)
    const batches = await session.post('batch/list', { limit: 50 })
    let imported = 0
    for (const { id, cases: held } of batches) {
      if (held === 0) continue
      await staff.go(`/inbox/${id}`)
      await staff.page.getByText('列入待审').first().waitFor()
      await staff.page.getByRole('button', { name: /^导入 \d+ 件$/ }).click()
      await staff.page.getByText(/已列入待审 \d+ 件/).waitFor()
      imported += held
    }
    expect(imported).toBeGreaterThanOrEqual(3)
    await staff.page.getByRole('button', { name: tell('batch.to_review') }).click()
    await staff.page.getByRole('heading', { name: tell('cases.review'), level: 1 }).waitFor()
    await staff.page.getByText('3 件').first().waitFor()
  })

  test('a case stands beside its photos, which are turned and enlarged', async () => {
    await staff.page.getByRole('row').filter({ hasText: '低保' }).click()
    await staff.page.getByRole('heading', { name: '低保', level: 1 }).waitFor()
    const photo = staff.page
      .getByRole('region', { name: tell('photo_side.title') })
      .getByRole('img')
      .first()
    await photo.waitFor()
    await until('a photo drawn', () => photo.evaluate((image) => (image as HTMLImageElement).naturalWidth > 0))
    const scale = staff.page.getByRole('toolbar', { name: tell('photo.tools') }).locator('.scale')
    const before = await scale.innerText()
    const lying = await photo.evaluate((image) => getComputedStyle(image).transform)
    await staff.page.getByRole('button', { name: tell('photo.larger') }).click()
    await until(
      'a larger photo',
      async () => Number.parseInt(await scale.innerText(), 10) > Number.parseInt(before, 10),
    )
    await staff.page.getByRole('button', { name: tell('photo.turn') }).click()
    await until(
      'a turned photo',
      async () => (await photo.evaluate((image) => getComputedStyle(image).transform)) !== lying,
    )
  })

  test('it is returned with a remark at a field, all as one notice', async () => {
    wanting =
      (await window.desk('show_case', { case: cases.DIBAO })).form.find(({ path }) => path === WANTING)?.label ?? ''
    await staff.page.getByText('自建平房', { exact: true }).click()
    await staff.page.getByRole('textbox', { name: tell('remark.for', { name: wanting }) }).fill('请写明面积和建成年份')
    await staff.page.getByRole('button', { name: tell('remark.done') }).click()
    await staff.page.getByRole('button', { name: '退回补正（1 条意见）' }).click()
    const dialog = staff.page.getByRole('dialog')
    await dialog.getByText('请写明面积和建成年份').waitFor()
    await dialog.getByRole('button', { name: '退回补正', exact: true }).click()
    await staff.page.getByText('已退回补正，村里的电脑下次连接时收到意见。').waitFor()
  })

  test('after the next sync the window shows the remark at that very field', async () => {
    await window.press('link', say('nav.sync'))
    await window.press('button', say('sync.start'))
    await window.press('link', say('nav.today'))
    await window.reads(/退回.*请写明面积和建成年份/)
    await window.press('button', say('today.act.returned'))
    await window.reads('乡镇退回补正')
    await window.press('button', say('case.jump'))
    const at = await window.focused()
    expect(at.name).toContain(wanting)
    const beside = await window.script<string>('return document.activeElement.closest("[data-path]").innerText')
    expect(beside).toContain('乡镇意见：请写明面积和建成年份')
  })

  test('she corrects it and submits again; the township sees revision 2 and what changed, without reload', async () => {
    await window.type(wanting, '自建平房 86 平方米，1998 年建')
    await window.reads(/已存 /)
    await window.press('button', say('case.submit'), { exact: true })
    await window.reads('第 2 次上报')
    await window.press('radio', say('case.revisions'))
    await window.reads('自建平房 86 平方米，1998 年建')
    await window.press('link', say('nav.sync'))
    await window.press('button', say('sync.start'))
    await window.reads('全部已接收', 60_000)
    await staff.page.getByText('村里刚报来修订 2').waitFor()
    await staff.page.getByRole('button', { name: '看修订 2' }).click()
    await staff.page.getByText('原：自建平房').waitFor()
    await staff.page.getByText('有改动').first().waitFor()
    await staff.page.getByRole('button', { name: tell('compare.open') }).click()
    const dialog = staff.page.getByRole('dialog')
    await dialog.getByText('自建平房 86 平方米，1998 年建').waitFor()
    await dialog.getByText('自建平房', { exact: true }).waitFor()
    await staff.page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
  })

  test('it is accepted, and another member of staff confirms it', async () => {
    await staff.page.getByRole('button', { name: '受理', exact: true }).click()
    await staff.page.getByRole('dialog').getByRole('button', { name: '受理', exact: true }).click()
    await staff.page.getByText('已受理，办理时限从今天起计算。').waitFor()
    await expect.poll(() => staff.page.getByRole('button', { name: tell('decide.open') }).count()).toBe(0)
    const second = await chromium.page(center.console)
    await second.signIn(CONFIRMER)
    await second.go(`/accepted/${cases.DIBAO}`)
    await second.page.getByRole('button', { name: '审核确认', exact: true }).click()
    await second.page.getByRole('dialog').getByText('予以确认', { exact: true }).click()
    await second.page.getByRole('dialog').getByRole('button', { name: '作出决定：予以确认' }).click()
    await second.page.getByText('已审核确认，村里的电脑下次连接时收到结果。').waitFor()
    // Another screen hears of it by itself.
    await staff.page.getByText('已确认').first().waitFor()
    expect(second.complaints()).toEqual([])
    await window.press('button', say('sync.start'))
    await openCase(cases.DIBAO)
    await window.reads('审核结果：予以确认')
  })
})

describe('by stick', () => {
  let staff: ConsolePage
  let third = ''
  const tell = wordsOf('console')

  test('without a network a case is written to the stick in the native dialog', async () => {
    await center.stop()
    const person = (await window.desk('find_people', { text: house.elder.id }))[0]
    await window.go(`/people/${person?.id}`)
    third = await newCase('社保卡', null)
    await fillForm(window, third, cardVisit())
    await window.press('button', say('case.submit'), { exact: true })
    await window.reads(say('case.submitted_note'))
    await window.press('link', say('nav.sync'))
    await window.press('button', say('sync.to_stick'))
    await window.display.answerDialog('把报送包存到 U 盘', join(folder.path, 'stick.bangban'))
    await window.reads('报送包已写好')
    await openCase(third)
    await window.reads('待报送')
  })

  test('the file is dropped on the console, the receipt taken back', async () => {
    await center.serve()
    staff = await chromium.page(center.console)
    await staff.signIn(ACCEPTOR)
    await staff.go('/laptops')
    await dropFile(staff, join(folder.path, 'stick.bangban'))
    await staff.page.getByText('报送包已接收').waitFor()
    const arriving = staff.page.waitForEvent('download')
    await staff.page.getByRole('link', { name: tell('upload.receipt') }).click()
    await (await arriving).saveAs(join(folder.path, 'receipt.bangban'))
  })

  test('the receipt makes the case received in the window, by the native dialog', async () => {
    await window.press('link', say('nav.sync'))
    await window.press('button', say('sync.from_stick'))
    await window.display.answerDialog('选择乡镇带回的回执文件', join(folder.path, 'receipt.bangban'))
    await window.reads('回执已导入')
    await openCase(third)
    await window.reads('乡镇已接收')
    expect(staff.complaints()).toEqual([])
  })
})

describe('staff and laptops', () => {
  let admin: ConsolePage
  const tell = wordsOf('console')

  test('a code is issued with a QR', async () => {
    admin = await chromium.page(center.console)
    await admin.signIn(ADMIN)
    await admin.go('/laptops')
    await admin.page.getByRole('button', { name: '登记新电脑' }).click()
    await admin.page.getByRole('checkbox').first().check()
    await admin.page.getByRole('button', { name: tell('enrol.issue') }).click()
    await admin.page.getByRole('img', { name: tell('enrol.qr') }).waitFor()
    await admin.page.getByText(/还剩 \d/).waitFor()
    await admin.page
      .getByRole('dialog')
      .getByRole('button', { name: tell('act.close') })
      .last()
      .click()
  })

  test('a new member of staff gets a password that is shown once and must be changed', async () => {
    await admin.go('/staff')
    await admin.page.getByRole('button', { name: '增加工作人员' }).click()
    await admin.page.getByLabel(tell('column.name'), { exact: true }).fill('许梅')
    await admin.page.getByRole('dialog').getByRole('button', { name: '增加工作人员' }).click()
    await admin.page.getByText('许梅的密码已设好。').waitFor()
    const given = await admin.page.locator('code').innerText()
    await admin.page.getByRole('button', { name: tell('staff.password_kept') }).click()
    await admin.page.getByRole('rowheader', { name: '许梅' }).waitFor()
    const fresh = await chromium.page(center.console)
    await fresh.page.getByLabel(tell('sign.name'), { exact: true }).fill('许梅')
    await fresh.page.getByLabel(tell('sign.password'), { exact: true }).fill(given)
    await fresh.page.getByRole('button', { name: tell('sign.act') }).click()
    await fresh.page.getByText('先换成自己的密码').waitFor()
    await fresh.page.getByLabel(tell('password.given')).fill(given)
    await fresh.page.getByLabel(tell('password.new'), { exact: true }).fill('Qingshi-82-qiao')
    await fresh.page.getByLabel(tell('password.again')).fill('Qingshi-82-qiao')
    await fresh.page.getByRole('button', { name: tell('password.first_act') }).click()
    await fresh.page.getByRole('navigation').waitFor()
    expect(fresh.complaints()).toEqual([])
  })

  test('a revoked laptop reports no more, and is told why', async () => {
    await admin.go('/laptops')
    await admin.page.getByRole('row').filter({ hasText: AGENT }).getByRole('button', { name: '停用' }).click()
    await admin.page.getByText('停用后不能恢复').waitFor()
    await admin.page.getByRole('dialog').getByRole('button', { name: '停用', exact: true }).click()
    await admin.page.getByText('已停用').first().waitFor()
    await window.press('link', say('nav.sync'))
    await window.press('button', say('sync.start'))
    await window.find('alert', '停用')
    expect(admin.complaints()).toEqual([])
  })

  test('of nobody anything stands in plain on the laptop: ledger, the page’s own store, temporary files', () => {
    const people = roster.households.flatMap(({ members }) => members)
    // A name of two signs stands somewhere by chance.
    const names = people.map(({ name }) => name).filter((name) => name.length > 2)
    const texts = [...names, ...people.map(({ id }) => id).filter(Boolean), PIN]
    const places = ['ledger', 'tmp', '.local', '.cache', '.config'].map((name) => join(folder.path, name))
    const look = (where: string[], what: string[]) =>
      ask<{ bytes: number; seen: { place: string }[] }>(
        program('leaks'),
        where.filter(existsSync),
        JSON.stringify(what),
      )
    // It looks where the page’s own store is, and would find what stands there.
    const { bytes, seen } = look(places, texts)
    expect(bytes).toBeGreaterThan(1e6)
    expect(seen).toEqual([])
    mkdirSync(join(folder.path, 'planted'))
    writeFileSync(join(folder.path, 'planted', 'leak'), `…${house.elder.id}…`, 'utf16le')
    expect(look([join(folder.path, 'planted')], texts).seen).toHaveLength(1)
  })

  test('no screen complained of anything all day', async () => {
    expect(await window.complaints()).toEqual([])
  })
})

/** The first letters of a name's reading: where its signs stand between the first signs of every letter. */
function initialsOf(name: string): string {
  const firsts = [...'阿芭嚓搭蛾发噶哈讥咔垃妈拏噢妑七呥仨他屲夕丫帀']
  const letters = 'abcdefghjklmnopqrstwxyz'
  const { compare } = new Intl.Collator('zh-CN-u-co-pinyin')
  return [...name].map((sign) => letters[firsts.findLastIndex((first) => compare(first, sign) <= 0)] ?? '').join('')
}

/** Opens a case with the key N on a screen that knows for whom. */
async function newCase(item: string, person: Villager | null): Promise<string> {
  await window.settled()
  await window.script('document.querySelector("main").focus()')
  await window.keys('n')
  await window.find('dialog', say('new_case.title'))
  if (person) await window.press('radio', person.name)
  await window.type(say('guide.search'), item)
  await until(`the item ${item}`, () =>
    window.script<boolean>(
      'return document.querySelector("input[name=item]:checked + * > b")?.textContent === arguments[0]',
      item,
    ),
  )
  await window.press('button', say('new_case.act'))
  await window.find('radiogroup', say('case.parts'))
  const hash = await window.script<string>('return location.hash')
  return hash.split('/').at(-1) ?? ''
}

/** Drops a file on the page, as from a stick's folder. */
async function dropFile({ page }: ConsolePage, file: string): Promise<void> {
  const bytes = readFileSync(file).toString('base64')
  const data = await page.evaluateHandle((text) => {
    const transfer = new DataTransfer()
    transfer.items.add(new File([Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0))], 'stick.bangban'))
    return transfer
  }, bytes)
  for (const kind of ['dragenter', 'dragover', 'drop']) await page.dispatchEvent('body', kind, { dataTransfer: data })
}
