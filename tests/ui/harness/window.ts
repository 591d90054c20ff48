// The agent's window: the real bangban-desktop, driven by tauri-driver, found by role, name and visible text.
import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Builder, Capabilities, Key, type WebDriver, type WebElement } from 'selenium-webdriver'
import type { Commands } from '../../../ui/src/shared/bindings/desk'
import { Display } from './display'
import { end, environment, freePort, program, start, tauriDriver, until, WEBKIT_DRIVER } from './programs'
import { AT_REST, FIND, FLAWS, INSTEAD } from './seeing'
import type { Language } from './words'

export { Key }

const LISTEN = `
if (!window.heardTrouble) {
  window.heardTrouble = []
  addEventListener('securitypolicyviolation', (event) => window.heardTrouble.push('CSP: ' + event.violatedDirective + ' ' + event.blockedURI))
  // By its standard an observer that is told a frame later says so as an error; nothing is wrong then.
  addEventListener('error', (event) => event.message.startsWith('ResizeObserver loop') || window.heardTrouble.push('error: ' + event.message))
  addEventListener('unhandledrejection', (event) => window.heardTrouble.push('rejected: ' + String(event.reason)))
  for (const kind of ['error', 'warn']) {
    const said = console[kind].bind(console)
    console[kind] = (...words) => { window.heardTrouble.push(kind + ': ' + words.map(String).join(' ')); said(...words) }
  }
}
return window.heardTrouble`

interface How {
  byItself: boolean
  tour: boolean
}

export class Window {
  readonly display: Display
  private readonly trouble: string[] = []

  private constructor(
    private readonly folder: string,
    display: Display,
    private driver: WebDriver,
    private driving: ChildProcess,
    private readonly how: How,
  ) {
    this.display = display
  }

  /** Opens the window on the ledger of this folder, on a display of its own. It reports only when told to, or `byItself`; it has
   *  shown its tour already, unless a test wants to see what comes first (`tour`). */
  static async open(folder: string, { byItself = false, tour = false } = {}): Promise<Window> {
    const display = await Display.open()
    const how = { byItself, tour }
    const { driver, driving } = await drive(folder, display, how)
    const window = new Window(folder, display, driver, driving, how)
    await window.listen()
    return window
  }

  async close(): Promise<void> {
    await this.driver.quit().catch(() => undefined)
    await end(this.driving)
    await this.display.close()
  }

  /** Kills the program (SIGKILL) as a power cut does, and opens the window again. */
  async killAndReopen(): Promise<void> {
    await this.listen()
    for (const pid of pidsOf(join(this.folder, 'ledger'))) process.kill(pid, 'SIGKILL')
    await end(this.driving)
    const { driver, driving } = await drive(this.folder, this.display, this.how)
    this.driver = driver
    this.driving = driving
    await this.listen()
  }

  /** Shows the page anew: the ledger stays open behind it. */
  async reload(): Promise<void> {
    await this.listen()
    await this.script('window.isOld = true')
    await this.driver.navigate().refresh()
    // Its router hears of no other address before it has come to the first.
    await until('the page anew', () =>
      this.script<boolean>(
        `const app = document.querySelector("#app")
         const router = app?.__vue_app__?.config.globalProperties.$router
         return !window.isOld && document.readyState === "complete" && !!app?.children.length && (!router || router.currentRoute.value.matched.length > 0)`,
      ),
    )
    await this.listen()
  }

  /** From now on hears what goes wrong within the page. */
  async listen(): Promise<void> {
    const heard = await this.script<string[]>(LISTEN)
    for (const one of heard) if (!this.trouble.includes(one)) this.trouble.push(one)
  }

  /** Whatever was complained of since the window opened. */
  async complaints(): Promise<string[]> {
    await this.listen()
    return this.trouble
  }

  script<T>(script: string, ...words: unknown[]): Promise<T> {
    return this.driver.executeScript<T>(script, ...words)
  }

  /** Runs what takes a while in the page. */
  async later<T>(script: string, ...words: unknown[]): Promise<T> {
    const said = await this.driver.executeAsyncScript<string>(
      `const done = arguments[arguments.length - 1]
       const given = [...arguments].slice(0, -1)
       ;(async function () { ${script} })(...given).then((answer) => done(JSON.stringify({ answer })), (problem) => done(JSON.stringify({ problem: problem?.code ?? String(problem) })))`,
      ...words,
    )
    const { answer, problem } = JSON.parse(said) as { answer: T; problem?: string }
    if (problem) throw new Error(problem)
    return answer
  }

  /** What `desk` answers, asked as the screens ask it: for what a test prepares or looks up, never for what it shows. */
  desk<N extends keyof Commands>(command: N, args: Commands[N]['args']): Promise<Commands[N]['reply']> {
    return this.later(
      `return window.__TAURI_INTERNALS__.invoke('call', { command: arguments[0], args: arguments[1], job: null })`,
      command,
      args,
    )
  }

  /** From now on the window speaks so and is so large, as if chosen in its settings. */
  async speak(language: Language, zoom: 100 | 125 | 150): Promise<void> {
    const preferences = await this.desk('preferences', {})
    await this.desk('set_preferences', { preferences: { ...preferences, language, zoom } })
    await this.reload()
  }

  // ── Finding ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Waits for something of this role and name. With `within`, inside the group or row of that name. */
  find(
    role: string,
    name: string,
    options: { exact?: boolean; at?: number; within?: string } = {},
  ): Promise<WebElement> {
    return until(`${role} “${name}”${options.within ? ` in “${options.within}”` : ''}`, () =>
      this.script<WebElement | null>(
        `${FIND}
         const [role, name, exact, at, within] = arguments
         let holder = document
         if (within) {
           holder = [...document.querySelectorAll('[aria-label], [aria-labelledby], fieldset, section, [role], tr, li')].filter(seen)
             .filter((one) => nameOf(one).startsWith(within) || plain(one.querySelector('h1,h2,h3,legend')?.textContent).startsWith(within))
             .filter((one) => roleOf(one) !== 'heading')
             .sort((a, b) => a.textContent.length - b.textContent.length)[0]
           if (!holder) return null
         }
         return find(role, name, exact, holder)[at] ?? null`,
        role,
        name,
        options.exact ?? false,
        options.at ?? 0,
        options.within ?? '',
      ),
    )
  }

  /** Whether something of this role and name is there now. */
  has(role: string, name: string, exact = false): Promise<boolean> {
    return this.script<boolean>(
      `${FIND}\nreturn find(arguments[0], arguments[1], arguments[2]).length > 0`,
      role,
      name,
      exact,
    )
  }

  async press(
    role: 'button' | 'link' | 'radio' | 'checkbox' | 'row' | 'option' | 'listitem',
    name: string,
    options: { exact?: boolean; at?: number; within?: string } = {},
  ): Promise<void> {
    await until(`a press on ${role} “${name}”`, async () => {
      const element = await this.find(role, name, options)
      const off = await this.script<boolean>(
        'return arguments[0].disabled === true || arguments[0].classList.contains("is-disabled")',
        element,
      )
      if (off) return false
      await this.script('arguments[0].scrollIntoView({ block: "center" })', element)
      // A radio within its label is pressed by the label, as a person does.
      const target = await this.script<WebElement>('return arguments[0].closest("label") ?? arguments[0]', element)
      await target.click()
      return true
    })
  }

  /** Puts a text into a field, key by key, in place of what stood there. */
  async type(
    name: string,
    text: string,
    options: { exact?: boolean; at?: number; within?: string } = {},
  ): Promise<void> {
    const field = await this.find('textbox', name, options)
    await this.script('arguments[0].scrollIntoView({ block: "center" })', field)
    await field.click()
    await this.script('arguments[0].select?.()', field)
    await field.sendKeys(text)
  }

  /** Keys to whatever holds the focus. */
  async keys(...keys: string[]): Promise<void> {
    await this.driver
      .switchTo()
      .activeElement()
      .sendKeys(...keys)
  }

  /** One key to the window, as the keyboard gives it: within a field of several parts too. */
  async key(key: string): Promise<void> {
    await this.driver.actions({ async: true }).sendKeys(key).perform()
  }

  /** Draws a line through these places on what this selector names, counted from its middle. */
  async draw(selector: string, [first = [0, 0], ...rest]: [number, number][]): Promise<void> {
    const on = await this.script<WebElement>(
      'const on = document.querySelector(arguments[0]); on.scrollIntoView({ block: "center" }); return on',
      selector,
    )
    const place = ([x, y]: [number, number]) => ({ origin: on, x, y, duration: 20 })
    let hand = this.driver.actions({ async: true }).move(place(first)).press()
    for (const next of rest) hand = hand.move(place(next))
    await hand.release().perform()
  }

  /** Files into the file field of this name, as if chosen. */
  async attach(name: string, file: string): Promise<void> {
    const field = await this.find('file', name)
    await field.sendKeys(file)
  }

  /** All that can be read on the screen. */
  text(): Promise<string> {
    return this.script<string>('return document.body.innerText')
  }

  /** Waits until these words can be read; what the screen is about instead, where they never come. */
  async reads(words: string | RegExp, within_ms = 20_000): Promise<string> {
    try {
      return await until(
        `the words “${words}” on the screen`,
        async () => {
          const text = await this.text()
          const plain = text.replaceAll(/\s+/g, ' ')
          return (typeof words === 'string' ? plain.includes(words) : words.test(plain)) ? text : null
        },
        within_ms,
      )
    } catch (thrown) {
      const instead = await this.script<string>(INSTEAD).catch(() => 'nothing that answers')
      throw new Error(`${String(thrown)}: it shows ${instead}`, { cause: thrown })
    }
  }

  /** The name of what holds the focus. */
  focused(): Promise<{ role: string; name: string }> {
    return this.script(`${FIND}\nconst at = document.activeElement\nreturn { role: roleOf(at), name: nameOf(at) }`)
  }

  async go(route: string): Promise<void> {
    // The router hears of it a moment later: until then the screen before is still at rest.
    await this.driver.executeAsyncScript(
      `const [hash, done] = arguments
      if (location.hash === hash) return done()
      addEventListener('hashchange', () => done(), { once: true })
      location.hash = hash`,
      `#${route}`,
    )
    await this.settled()
  }

  /** Waits until nothing is being opened and everything is drawn. */
  async settled(): Promise<void> {
    await until('a screen at rest', () => this.script<boolean>(AT_REST))
    // Two frames; a display that draws none at the moment has drawn the last one already.
    await this.driver.executeAsyncScript(
      'const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done())); setTimeout(done, 150)',
    )
  }

  // ── Looking ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  flaws(): Promise<string[]> {
    return this.script<string[]>(FLAWS)
  }

  /** Gives the page exactly so many pixels, as a window that fills the screen has. */
  async size(width: number, height: number): Promise<void> {
    await this.driver.manage().window().setRect({ x: 0, y: 0, width, height })
    await until(`a page of ${width} × ${height}`, () =>
      this.script<boolean>('return innerWidth === arguments[0] && innerHeight === arguments[1]', width, height),
    )
  }

  /** What the display shows, native dialogs too. (The driver's own pictures wait for a frame that a page at rest never draws.) */
  picture(file: string): Promise<void> {
    this.display.picture(file)
    return Promise.resolve()
  }
}

async function drive(
  folder: string,
  display: Display,
  { byItself, tour }: How,
): Promise<{ driver: WebDriver; driving: ChildProcess }> {
  let problem: unknown
  mkdirSync(join(folder, 'tmp'), { recursive: true })
  if (!tour) keepToured(join(folder, 'ledger'))
  // The ports were free a moment ago; whoever took one meanwhile costs a second try.
  for (let tries = 0; tries < 3; tries += 1) {
    const [port, nativePort] = await Promise.all([freePort(), freePort()])
    const words = ['--port', String(port), '--native-port', String(nativePort), '--native-driver', WEBKIT_DRIVER]
    const env = environment({
      DISPLAY: display.name,
      HOME: folder,
      XDG_RUNTIME_DIR: folder,
      // Beside the ledger, so that a test can look at what is left in it.
      TMPDIR: join(folder, 'tmp'),
      GDK_BACKEND: 'x11',
      GTK_A11Y: 'none',
      // No bus: GTK would start one for screen readers, and nobody would end it.
      DBUS_SESSION_BUS_ADDRESS: 'disabled:',
      NO_AT_BRIDGE: '1',
    })
    const driving = start(tauriDriver, words, { env, stdio: 'ignore' })
    try {
      const server = `http://127.0.0.1:${port}/`
      await until('the driver', async () => (await fetch(`${server}status`)).ok, 10_000)
      const capabilities = new Capabilities()
      capabilities.setBrowserName('wry')
      capabilities.set('tauri:options', {
        application: program('bangban-desktop'),
        args: ['--ledger', join(folder, 'ledger'), '--derivation-ms', '0', ...(byItself ? [] : ['--by-hand'])],
      })
      const driver = await new Builder().withCapabilities(capabilities).usingServer(server).build()
      await driver.manage().setTimeouts({ script: 60_000 })
      return { driver, driving }
    } catch (thrown) {
      problem = thrown
      await end(driving)
    }
  }
  throw problem
}

/** Whoever works here has seen the tour; whatever else was chosen stays. */
function keepToured(ledger: string): void {
  const file = join(ledger, 'preferences.json')
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as object) : { format: 1 }
  mkdirSync(ledger, { recursive: true })
  writeFileSync(file, JSON.stringify({ ...kept, toured: true }))
}

/** The processes of the window on this ledger. */
function pidsOf(ledger: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
        return words[0]?.endsWith('bangban-desktop') && words.includes(ledger)
      } catch {
        return false
      }
    })
    .map(Number)
}
