// Pictures of every screen in both languages, from the demo, into docs/gallery/. Run by scripts/gallery.
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium as playwright } from 'playwright-core'
import { test } from 'vitest'
import { ACCEPTOR, ADMIN, CONFIRMER } from './harness/center'
import { Chromium, type ConsolePage } from './harness/browser'
import { makeDemo, type Demo } from './harness/demo'
import { newFolder } from './harness/folder'
import { drawPapers } from './harness/papers'
import { CHROMIUM, PIN, until } from './harness/programs'
import { Key, Window } from './harness/window'
import { wordsOf, type Language } from './harness/words'
import { acceptorScreens, adminScreens, confirmerScreens, windowScreens, type Screen } from './screens'
import { actScreens, itemScreens, reportedScreens } from './screens.items'
import { handoverRecord, repairScreen, restoreScreen, shownOnly, workScreens } from './screens.work'

const gallery = fileURLToPath(new URL('../../docs/gallery/', import.meta.url))
const languages: Language[] = ['zh-CN', 'en']
const rows: { program: 'window' | 'console'; name: string; what: Record<Language, string> }[] = []

test('the gallery', { timeout: 900_000 }, async () => {
  const folder = newFolder('gallery')
  rmSync(gallery, { recursive: true, force: true })
  mkdirSync(gallery, { recursive: true })
  const painter = await playwright.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
  const demo = await makeDemo(folder.path, (head, members) => drawPapers(painter, folder.path, head, members))
  await painter.close()
  try {
    await showWindow(folder.path, demo)
    await showConsole(demo)
  } finally {
    await demo.center.stop()
    folder.remove()
  }
  writeIndex()
})

async function showWindow(folder: string, demo: Demo): Promise<void> {
  const fresh = newFolder('fresh')
  const first = await Window.open(fresh.path)
  await first.size(1366, 768)
  for (const language of languages) {
    await first.speak(language, 100)
    await first.reads(wordsOf('village', language)('make.title'))
    await keep(
      first,
      'window',
      { name: 'make-ledger', what: { 'zh-CN': '第一次打开：新建台账', en: 'First start: a new ledger' } },
      language,
    )
    await restoreScreen.open(first, demo, language)
    await keep(first, 'window', restoreScreen, language)
    await restoreScreen.leave?.(first)
  }
  await first.desk('make_ledger', { name: '余秀兰', pin: PIN })
  for (const language of languages) {
    await first.speak(language, 100)
    await first.go('/today')
    await keep(
      first,
      'window',
      { name: 'first-steps', what: { 'zh-CN': '今日：先做两件事', en: 'Today: what to do first' } },
      language,
    )
    await first.go('/enrol')
    await keep(
      first,
      'window',
      { name: 'enrol', what: { 'zh-CN': '接入乡镇中心', en: 'Joining the township' } },
      language,
    )
    await first.go('/settings')
    await first.press('button', wordsOf('village', language)('tour.again'))
    await first.find('dialog', wordsOf('village', language)('tour.name'))
    await first.keys(Key.ARROW_RIGHT)
    await until('the ring in its place', () => first.script<boolean>('return document.getAnimations().length === 0'))
    await first.settled()
    await keep(
      first,
      'window',
      { name: 'tour', what: { 'zh-CN': '导览：第一次打开时', en: 'The tour at the first start' } },
      language,
    )
    await first.keys(Key.ESCAPE)
  }
  await first.close()
  fresh.remove()
  await showPractice()

  const window = await Window.open(folder)
  await window.size(1366, 768)
  for (const language of languages) {
    await window.speak(language, 100)
    await window.reads(wordsOf('village', language)('sign_in.sub'))
    await keep(window, 'window', { name: 'sign-in', what: { 'zh-CN': '登录', en: 'Signing in' } }, language)
    await window.press('button', wordsOf('village', language)('sign_in.forgot'))
    await window.reads(wordsOf('village', language)('recover.title'))
    await keep(
      window,
      'window',
      { name: 'recover', what: { 'zh-CN': '忘记口令：用恢复码登录', en: 'A forgotten PIN: the recovery code' } },
      language,
    )
    await window.press('button', wordsOf('village', language)('act.back'))
  }
  await window.desk('sign_in', { pin: PIN })
  for (const language of languages) {
    await window.speak(language, 100)
    for (const screen of [...windowScreens, ...workScreens, ...shownOnly]) {
      await screen.open(window, demo, language)
      await keep(window, 'window', screen, language)
      await screen.leave?.(window)
    }
  }
  // What changes what the others show, and what nothing comes after. The console shows what was reported.
  for (const screen of [handoverRecord, repairScreen(join(folder, 'ledger'))]) {
    for (const language of languages) {
      await window.speak(language, 100)
      await screen.open(window, demo, language)
      await keep(window, 'window', screen, language)
    }
    if (screen === handoverRecord) await report(window)
  }
  await window.close()
}

async function report(window: Window): Promise<void> {
  await window.desk('start_sync', {})
  await until('all of it reported', async () => {
    const { running, pending_entries: waiting } = await window.desk('sync_state', {})
    return !running && waiting === 0
  })
}

async function showPractice(): Promise<void> {
  const fresh = newFolder('practice')
  const window = await Window.open(fresh.path)
  await window.size(1366, 768)
  await window.press('button', wordsOf('village', 'zh-CN')('practice.from_door'))
  await window.reads(wordsOf('village', 'zh-CN')('practice.banner'), 60_000)
  for (const language of languages) {
    await window.speak(language, 100)
    await window.go('/today')
    await keep(
      window,
      'window',
      { name: 'practice', what: { 'zh-CN': '练习村：随便练，退出即清空', en: 'The practice village' } },
      language,
    )
  }
  await window.close()
  fresh.remove()
}

async function showConsole(demo: Demo): Promise<void> {
  const chromium = await Chromium.open()
  for (const language of languages) {
    const out = await chromium.page(demo.center.console, { language })
    await out.page.getByRole('button', { name: wordsOf('console', language)('sign.act'), exact: true }).waitFor()
    await keep(out, 'console', { name: 'sign-in', what: { 'zh-CN': '登录', en: 'Signing in' } }, language)
    for (const [member, screens] of [
      [ACCEPTOR, [...acceptorScreens, ...actScreens]],
      [CONFIRMER, confirmerScreens],
      [ADMIN, [...adminScreens, ...itemScreens, ...reportedScreens]],
    ] as const) {
      const staff = await chromium.page(demo.center.console, { language })
      await staff.signIn(member, language)
      for (const screen of screens) {
        await screen.open(staff, demo, language)
        await keep(staff, 'console', screen, language)
        await screen.leave?.(staff)
      }
    }
  }
  await chromium.close()
}

/** Keeps the picture small: the screens have few colours, and photos on them are small. */
async function keep(
  on: Window | ConsolePage,
  program: 'window' | 'console',
  screen: Pick<Screen<unknown>, 'name' | 'what'>,
  language: Language,
): Promise<void> {
  const file = join(gallery, `${program}-${screen.name}.${language}.png`)
  await on.picture(file)
  execFileSync('convert', [
    file,
    '-strip',
    '+dither',
    '-colors',
    '64',
    '-define',
    'png:compression-level=9',
    `PNG8:${file}`,
  ])
  if (language === 'zh-CN') rows.push({ program, name: screen.name, what: screen.what })
}

function writeIndex(): void {
  const table = (program: string) =>
    rows
      .filter((row) => row.program === program)
      .map(
        ({ name, what }) =>
          `| ${what['zh-CN']}<br>${what.en} | [中文](${program}-${name}.zh-CN.png) | [English](${program}-${name}.en.png) |`,
      )
      .join('\n')
  const text = `# Gallery

Every screen at 1366 × 768, in both languages, from a demo in which nobody exists. Written by \`scripts/gallery\`.

## The window 帮办

| screen | | |
|---|---|---|
${table('window')}

## The console 帮办 · 乡镇中心

| screen | | |
|---|---|---|
${table('console')}
`
  writeFileSync(join(gallery, 'README.md'), text)
}
