// The township's browser: a real Chromium, that hears every complaint of the page.
import { chromium, type Browser, type Page } from 'playwright-core'
import { readFileSync } from 'node:fs'
import type { Member } from './center'
import { CHROMIUM, until } from './programs'
import { AT_REST, FLAWS, UNMOVED } from './seeing'
import { wordsOf, type Language } from './words'

const axe = readFileSync(new URL('../../../ui/node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')

export class Chromium {
  private constructor(private readonly browser: Browser) {}

  static async open(): Promise<Chromium> {
    return new Chromium(await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] }))
  }

  /** A page of a person's own: cookies and storage of nobody else. */
  async page(
    address: string,
    { language = 'zh-CN', zoom = 100 }: { language?: Language; zoom?: 100 | 150 } = {},
  ): Promise<ConsolePage> {
    const context = await this.browser.newContext({
      viewport: { width: 1366, height: 768 },
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
      acceptDownloads: true,
    })
    context.setDefaultTimeout(15_000)
    const page = await context.newPage()
    const watched = new ConsolePage(page)
    // As this person chose in the menu under her name.
    await context.addInitScript(
      (taste) => Object.entries(taste).forEach(([key, value]) => localStorage.setItem(key, value)),
      { 'bangban.language': language, 'bangban.zoom': String(zoom) },
    )
    await page.goto(address)
    return watched
  }

  /** What every page shows, for a person who looks into a failure. */
  async pictures(file: string): Promise<void> {
    const pages = this.browser.contexts().flatMap((context) => context.pages())
    for (const [at, page] of pages.entries()) {
      await page.screenshot({ path: file.replace(/\.png$/, `-${at + 1}.png`), timeout: 5000 }).catch(() => undefined)
    }
  }

  close(): Promise<void> {
    return this.browser.close()
  }
}

export class ConsolePage {
  private readonly heard: string[] = []

  constructor(readonly page: Page) {
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.heard.push(`${message.type()}: ${message.text()}`)
    })
    page.on('pageerror', (problem) => this.heard.push(`error: ${problem.message}`))
  }

  /** What the page complained of, but for answers that a test asked for (a wrong password, nobody signed in yet). */
  complaints(): string[] {
    return this.heard.filter(
      (one) =>
        !/status of 4\d\d|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/.test(
          one,
        ),
    )
  }

  async signIn(member: Member, language: Language = 'zh-CN'): Promise<void> {
    const say = wordsOf('console', language)
    await this.page.getByLabel(say('sign.name'), { exact: true }).fill(member.name)
    await this.page.getByLabel(say('sign.password'), { exact: true }).fill(member.password)
    await this.page.getByRole('button', { name: say('sign.act'), exact: true }).click()
    await this.page.getByRole('navigation').waitFor()
  }

  async go(route: string): Promise<void> {
    // The router hears of it a moment later: until then the screen before is still at rest.
    await this.page.evaluate((hash) => {
      if (location.hash === hash) return undefined
      const heard = new Promise((done) => addEventListener('hashchange', done, { once: true }))
      location.hash = hash
      return heard.then(() => undefined)
    }, `#${route}`)
    await this.settled()
  }

  /** Waits until nothing is being opened, everything is drawn, and a dialog stands where it comes to stand. */
  async settled(): Promise<void> {
    await until('a screen at rest', () => this.page.evaluate<boolean>(`(() => { ${AT_REST} })()`))
    await this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
    await until('nothing that moves', () => this.page.evaluate<boolean>(`(() => { ${UNMOVED} })()`))
    await until('a screen at rest', () => this.page.evaluate<boolean>(`(() => { ${AT_REST} })()`))
    await this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  }

  async picture(file: string): Promise<void> {
    await this.page.screenshot({ path: file })
  }

  flaws(): Promise<string[]> {
    return this.page.evaluate(`(() => { ${FLAWS} })()`)
  }

  /** What axe calls serious or critical, each with the first element it is about. */
  async grave(): Promise<string[]> {
    // The page's CSP lets in no script of ours: evaluating goes past it, as the driver itself does.
    await this.page.evaluate(axe)
    const found = await this.page.evaluate<
      { id: string; impact: string; help: string; nodes: { html: string; failureSummary: string }[] }[]
    >(`axe.run(document, { resultTypes: ['violations'] }).then((result) => result.violations)`)
    return found
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(
        ({ id, help, nodes }) =>
          `${id}: ${help} (${nodes.length}) ${nodes[0]?.html.slice(0, 160)} ${nodes[0]?.failureSummary ?? ''}`,
      )
  }
}
