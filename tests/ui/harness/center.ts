// A center: the real bangban-center in a folder of its own, on ports of its own, with people who have passwords.
import type { ChildProcess } from 'node:child_process'
import { cpSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Routes } from '../../../ui/src/shared/bindings/console'
import { ask, end, environment, program, start, until } from './programs'

/** Who works at the township; nobody of these names is meant. */
export const ACCEPTOR = { name: '周敏', role: 'acceptor', password: 'Jiangbei-31-liulan' }
export const CONFIRMER = { name: '程刚', role: 'confirmer', password: 'Hupan-47-qiaotou' }
export const ADMIN = { name: '陈立', role: 'admin', password: 'Dongmen-58-shuzhai' }
export type Member = typeof ACCEPTOR

/** 临江乡大湖村. */
export const VILLAGE = '420703200209'

export class Center {
  readonly data: string
  address = ''
  /** Where browsers find it, with a slash at the end. */
  console = ''
  private serving: ChildProcess | null = null

  constructor(private readonly folder: string) {
    this.data = join(folder, 'center')
  }

  /** Makes a new one with its staff, and serves. */
  static async open(folder: string): Promise<Center> {
    const center = new Center(folder)
    center.ask(['init', '--demo'])
    for (const member of [ACCEPTOR, CONFIRMER, ADMIN]) center.addStaff(member)
    await center.serve()
    return center
  }

  ask<T = Record<string, never>>(words: string[], input = ''): T {
    return ask<T>(program('bangban-center'), ['--data', this.data, ...words], input)
  }

  addStaff({ name, role, password }: Member): void {
    this.ask(['staff', 'add', '--name', name, '--role', role, '--password-stdin'], `${password}\n`)
  }

  /** Serves: on free ports the first time, on the same from then on. */
  async serve(): Promise<void> {
    const log = openSync(join(this.folder, 'serve.log'), 'a')
    const words = ['--data', this.data, '--json', 'serve', '--listen', this.address || '127.0.0.1:0']
    if (this.console) words.push('--console', new URL(this.console).host)
    const child = start(program('bangban-center'), words, { env: environment(), stdio: ['ignore', 'pipe', log] })
    let said = ''
    child.stdout?.on('data', (part: Buffer) => (said += part.toString()))
    await until('the line of serve', () => {
      if (child.exitCode !== null) throw new Error(readFileSync(join(this.folder, 'serve.log'), 'utf8'))
      return said.includes('\n')
    })
    const line = JSON.parse(said.slice(0, said.indexOf('\n'))) as { address: string; console: string }
    this.address = line.address
    this.console = line.console
    this.serving = child
  }

  /** Takes it off the network, as a cut does. */
  async stop(): Promise<void> {
    if (this.serving) await end(this.serving)
    this.serving = null
  }

  /** As if its disk had broken, and its folder came back as it was when `folder` was copied from it. */
  async restore(folder: string): Promise<void> {
    await this.stop()
    rmSync(this.data, { recursive: true })
    cpSync(folder, this.data, { recursive: true })
    await this.serve()
  }

  /** A code that lets a laptop in. */
  code(villages: string[] = [VILLAGE]): string {
    const words = villages.flatMap((village) => ['--village', village])
    return this.ask<{ code: string }>(['code', ...words, '--address', this.address]).code
  }

  /** Somebody signed in over HTTP, without a browser. */
  async signIn(member: Member): Promise<Session> {
    const session = new Session(this.console)
    await session.post('session/sign_in', { name: member.name, password: member.password })
    return session
  }
}

/** What a browser does, without one. */
export class Session {
  private cookie = ''
  constructor(private readonly console: string) {}

  async post<R extends keyof Routes>(route: R, args: Routes[R]['args']): Promise<Routes[R]['reply']> {
    const answer = await this.ask(route, args)
    if (!answer.ok) throw new Error(`${route}: ${answer.status} ${await answer.text()}`)
    return answer.status === 204 ? (null as Routes[R]['reply']) : ((await answer.json()) as Routes[R]['reply'])
  }

  /** The same, whatever comes of it. */
  async ask(route: string, args: unknown): Promise<Response> {
    const answer = await fetch(`${this.console}api/${route}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Origin: this.console.slice(0, -1),
        ...(this.cookie ? { Cookie: this.cookie } : {}),
      },
      body: JSON.stringify(args),
    })
    this.cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? this.cookie
    return answer
  }
}
