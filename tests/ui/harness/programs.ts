// The real programs: where they are, how they are run, and that none is left behind.
import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { target } from './folder'

const bins = process.env.BANGBAN_BIN_DIR ?? join(target, 'debug')

/** The PIN of every laptop here. */
export const PIN = '4927516380'
/** The path of a program of Bangban. */
export const program = (name: 'bangban' | 'bangban-center' | 'bangban-desktop' | 'situation' | 'leaks') =>
  join(bins, name)

const driver = [join(homedir(), '.cargo/bin/tauri-driver'), '/usr/local/bin/tauri-driver', '/usr/bin/tauri-driver']
export const tauriDriver = driver.find(existsSync) ?? 'tauri-driver'
export const CHROMIUM = '/usr/bin/chromium'
export const WEBKIT_DRIVER = '/usr/bin/WebKitWebDriver'

/** Programs' environment: nothing of whoever runs the tests decides what they do; xdotool finds Chinese titles in UTF-8 alone. */
export function environment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('BANGBAN_'))
  return {
    ...Object.fromEntries(own),
    LC_ALL: 'C.UTF-8',
    BANGBAN_LANG: 'zh',
    BANGBAN_PIN: PIN,
    BANGBAN_KEYRING: 'none',
    ...more,
  }
}

/** Runs a program that answers one JSON object, and must succeed. */
export function ask<T = Record<string, never>>(file: string, words: string[], input = ''): T {
  const done = spawnSync(file, ['--json', ...words], { env: environment(), input, encoding: 'utf8' })
  if (done.status === 0) return JSON.parse(done.stdout) as T
  throw new Error(`${file} ${words.slice(0, 4).join(' ')}: ${done.status}\n${done.stdout}\n${done.stderr}`)
}

const living = new Set<ChildProcess>()
process.on('exit', () => living.forEach(killGroup))
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(1))

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid) process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

/** Starts a program as the head of a group, so that whatever it starts ends with it. */
export function start(file: string, words: string[], options: SpawnOptions): ChildProcess {
  const child = spawn(file, words, { ...options, detached: true })
  living.add(child)
  child.once('exit', () => living.delete(child))
  return child
}

/** Kills a program and all that it started; resolves when it is gone. */
export async function end(child: ChildProcess): Promise<void> {
  const gone =
    child.exitCode !== null || child.signalCode !== null
      ? Promise.resolve()
      : new Promise<void>((resolve) => child.once('exit', () => resolve()))
  killGroup(child)
  await gone
  living.delete(child)
}

/** A port of the loopback that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}

/** Waits until something is so, or says what never was. Looks again and again: nothing here sleeps for a fixed time. */
export async function until<T>(
  what: string,
  look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  within_ms = 20_000,
): Promise<T> {
  const last = Date.now() + within_ms
  let problem: unknown = null
  do {
    try {
      const seen = await look()
      if (seen) return seen
      problem = null
    } catch (thrown) {
      problem = thrown
    }
    await new Promise((resolve) => setTimeout(resolve, 40))
  } while (Date.now() < last)
  throw new Error(`never came: ${what}${problem instanceof Error ? ` (${problem.message})` : ''}`)
}
