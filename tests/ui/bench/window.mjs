// How long the window takes to be ready after the PIN, how much memory all its processes hold, and how a long list opens
// and scrolls. Prints each figure as a ratio to its bound; ends with 1 where one is over. Runs by scripts/bench-window.
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'

const { Builder, Capabilities, Key } = createRequire(new URL('../../../ui/package.json', import.meta.url))(
  'selenium-webdriver',
)

const {
  BENCH_LEDGER: ledger,
  BENCH_PROGRAM: program,
  BENCH_PIN: pin,
  BENCH_CASES: cases,
  BENCH_RUNS: runs,
} = process.env
/** Figures without a bound are told all the same. */
const BOUNDS = { ready_ms: 1500, memory_mib: 250, list_ms: null, scroll_ms: 100, memory_after_list_mib: null }

const port = () =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => done(port))
    })
  })
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

/** The processes that descend from this one. */
function descendants(root) {
  const parents = new Map()
  for (const name of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
    } catch {} // it ended meanwhile
  }
  const found = new Set([root])
  for (let grew = true; grew;) {
    grew = false
    for (const [pid, parent] of parents) if (found.has(parent) && !found.has(pid)) grew = !!found.add(pid)
  }
  return [...found]
}

/** Proportional set size of the window with its web processes, in MiB, and each process by name. */
function memory(driverPid) {
  const sizes = {}
  for (const pid of descendants(driverPid)) {
    try {
      const name = readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
      if (!/^(bangban-desktop|WebKit(Web|Network)P)/.test(name)) continue
      const kib = Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1])
      sizes[name] = (sizes[name] ?? 0) + kib / 1024
    } catch {} // it ended meanwhile
  }
  return { total: Object.values(sizes).reduce((sum, size) => sum + size, 0), sizes }
}

async function run() {
  const [outside, inside] = [await port(), await port()]
  const driving = spawn('tauri-driver', [
    '--port',
    outside,
    '--native-port',
    inside,
    '--native-driver',
    '/usr/bin/WebKitWebDriver',
  ])
  await new Promise((done) => setTimeout(done, 500))
  const wanted = new Capabilities()
  wanted.setBrowserName('wry')
  wanted.set('tauri:options', { application: program, args: ['--ledger', ledger] })
  const driver = await new Builder().withCapabilities(wanted).usingServer(`http://127.0.0.1:${outside}/`).build()
  try {
    await driver.manage().setTimeouts({ script: 60_000 })
    const field = await driver.wait(async () => (await driver.findElements({ css: 'input' }))[0] ?? false, 20_000)
    await driver.wait(() => field.isDisplayed(), 20_000)
    // Measured within the page, from the key to the frame that shows the day's list.
    await driver.executeScript(`
      const begun = { at: 0 }
      addEventListener('keydown', (event) => { if (event.key === 'Enter' && !begun.at) begun.at = performance.now() }, true)
      window.ready = new Promise((done) => {
        const look = () => {
          const shown = document.querySelector('nav') && document.querySelector('h1') && !document.querySelector('input[type=password]')
          if (begun.at && shown) requestAnimationFrame(() => done(performance.now() - begun.at)); else requestAnimationFrame(look)
        }
        look()
      })`)
    await field.sendKeys(pin, Key.ENTER)
    const ready_ms = await driver.executeAsyncScript('window.ready.then(arguments[0])')
    const held = memory(driving.pid)
    const list_ms = await driver.executeAsyncScript(`
      const done = arguments[0], begun = performance.now()
      location.hash = '#/cases'
      const look = () => document.querySelectorAll('[role=row]').length > 5 ? requestAnimationFrame(() => done(performance.now() - begun)) : requestAnimationFrame(look)
      look()`)
    const rows = await driver.executeScript(
      'return Number(document.querySelector("[aria-rowcount]")?.getAttribute("aria-rowcount") ?? 0)',
    )
    const scroll_ms = await driver.executeAsyncScript(`
      const done = arguments[0]
      const box = [...document.querySelectorAll('*')].find((one) => one.scrollHeight > 20 * one.clientHeight && one.clientHeight > 100)
      if (!box) { done(-1); throw new Error('nothing scrolls') }
      const longest = { ms: 0 }, steps = 40
      let step = 0, last = performance.now()
      const next = () => {
        const now = performance.now()
        if (step) longest.ms = Math.max(longest.ms, now - last)
        last = now
        if (step === steps) return done(longest.ms)
        step += 1
        box.scrollTop = (box.scrollHeight - box.clientHeight) * step / steps
        requestAnimationFrame(next)
      }
      requestAnimationFrame(next)`)
    if (process.env.BENCH_SHOT)
      writeFileSync(process.env.BENCH_SHOT, Buffer.from(await driver.takeScreenshot(), 'base64'))
    const after = memory(driving.pid)
    return { ready_ms, list_ms, scroll_ms, rows, memory_mib: held.total, memory_after_list_mib: after.total, held: held.sizes, after: after.sizes }
  } finally {
    await driver.quit().catch(() => undefined)
    driving.kill()
  }
}

const figures = []
for (let number = 1; number <= Number(runs); number += 1) {
  figures.push(await run())
  console.log(
    `run ${number}: ${JSON.stringify(figures.at(-1), (_, value) => (typeof value === 'number' ? Math.round(value) : value))}`,
  )
}
let over = false
for (const [name, bound] of Object.entries(BOUNDS)) {
  const value = median(figures.map((one) => one[name]))
  over ||= value < 0 || (bound !== null && value > bound)
  const ratio = bound === null ? '' : `  = ${(value / bound).toFixed(2)} × ${bound}`
  console.log(`${name.padEnd(22)} ${value.toFixed(0).padStart(6)}${ratio}  (${cases} cases, median of ${runs})`)
}
process.exitCode = over ? 1 : 0
