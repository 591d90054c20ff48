// A display that nobody looks at (Xvfb), and hands for what no WebDriver reaches: the system's own file dialogs.
import { createHash } from 'node:crypto'
import { execFileSync, type ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import { end, environment, start, until } from './programs'

export class Display {
  private constructor(
    readonly name: string,
    private readonly server: ChildProcess,
  ) {}

  /** Opens one; X itself picks the number that is free. */
  static async open(): Promise<Display> {
    const words = ['-displayfd', '3', '-screen', '0', '1366x768x24', '-nolisten', 'tcp']
    const server = start('Xvfb', words, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
    let said = ''
    ;(server.stdio[3] as Readable).on('data', (part: Buffer) => (said += part.toString()))
    await until('a display', () => said.includes('\n'))
    return new Display(`:${said.trim()}`, server)
  }

  close(): Promise<void> {
    return end(this.server)
  }

  private xdotool(...words: string[]): string {
    return execFileSync('xdotool', words, {
      env: environment({ DISPLAY: this.name }),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  }

  private windowsNamed(title: string): string[] {
    try {
      return this.xdotool('search', '--onlyvisible', '--name', title).split('\n').filter(Boolean)
    } catch {
      return []
    }
  }

  /** Answers the file dialog of this title with a path, as a person who types it. */
  async answerDialog(title: string, path: string): Promise<void> {
    const id = await until(`the dialog ${title}`, () => this.windowsNamed(`^${title}$`)[0])
    this.xdotool('windowfocus', '--sync', id)
    await this.atRest()
    // The box for a path opens by this key in a dialog that opens files; one that saves has a box already.
    this.xdotool('key', 'ctrl+l')
    await this.atRest()
    this.xdotool('key', 'ctrl+a')
    this.xdotool('type', '--delay', '8', path)
    await this.atRest()
    this.xdotool('key', 'Return')
    // For a folder the first Return only ends its name, the second takes it.
    const gone = () => this.windowsNamed(`^${title}$`).length === 0
    await until('an end by the first Return', gone, 1500).catch(() => this.xdotool('key', 'Return'))
    await until(`the end of the dialog ${title}`, gone, 8000)
  }

  /** Closes the file dialog of this title without an answer. */
  async dismissDialog(title: string): Promise<void> {
    const id = await until(`the dialog ${title}`, () => this.windowsNamed(`^${title}$`)[0])
    this.xdotool('windowfocus', '--sync', id)
    await this.atRest()
    this.xdotool('key', 'Escape')
    await until(`the end of the dialog ${title}`, () => this.windowsNamed(`^${title}$`).length === 0, 8000)
  }

  /** Waits until the display shows the same three times in a row. */
  private async atRest(): Promise<void> {
    let last = ''
    let same = 0
    await until('a display at rest', () => {
      const now = this.hash()
      same = now === last ? same + 1 : 0
      last = now
      return same >= 2
    })
  }

  /** A picture of all that it shows. */
  picture(file: string): void {
    execFileSync('import', ['-silent', '-window', 'root', file], { env: environment({ DISPLAY: this.name }) })
  }

  private hash(): string {
    const shown = execFileSync('import', ['-window', 'root', '-silent', 'rgb:-'], {
      env: environment({ DISPLAY: this.name }),
      maxBuffer: 64e6,
    })
    return createHash('sha256').update(shown).digest('hex')
  }
}
