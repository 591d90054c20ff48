// A laptop at the command line: how what the window shows is prepared, and looked at from the other side.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Center } from './center'
import { ask, program } from './programs'

export class Laptop {
  readonly ledger: string
  constructor(
    readonly folder: string,
    readonly agent = '余秀兰',
    /** The folder of its ledger; the window opens `ledger`. */
    name = 'ledger',
  ) {
    this.ledger = join(folder, name)
  }

  ask<T = Record<string, never>>(words: string[]): T {
    return ask<T>(program('bangban'), ['--ledger', this.ledger, ...words])
  }

  /** A laptop with a ledger, enrolled, with a roster. */
  static enrolled(folder: string, center: Center, roster: string, agent?: string, name?: string): Laptop {
    const laptop = new Laptop(folder, agent, name)
    laptop.ask(['init', '--agent', laptop.agent, '--derivation-ms', '1'])
    laptop.ask(['enrol', center.code()])
    laptop.ask(['roster', 'import', roster])
    return laptop
  }

  /** Opens a case; its id. */
  openCase(what: {
    item: string
    person: string
    visit?: string
    answers?: Record<string, string>
    photos?: string[]
    submit?: boolean
    /** Although there is one of the same person and item in this period. */
    again?: boolean
  }): string {
    const answers = join(this.folder, 'answers.json')
    writeFileSync(answers, JSON.stringify(what.answers ?? {}))
    const words = ['case', 'open', '--item', what.item, '--person', what.person, '--answers', answers]
    if (what.visit) words.push('--visit', what.visit)
    for (const photo of what.photos ?? []) words.push('--photo', photo)
    if (what.submit) words.push('--consent', '--submit')
    if (what.again) words.push('--again')
    const said = this.ask<{ case?: string | { id: string }; id?: string }>(words)
    return typeof said.case === 'string' ? said.case : (said.case?.id ?? said.id ?? '')
  }

  correct(id: string, given: Record<string, string>, submit = true): void {
    const answers = join(this.folder, 'answers.json')
    writeFileSync(answers, JSON.stringify(given))
    this.ask(['case', 'correct', id, '--answers', answers, ...(submit ? ['--submit'] : [])])
  }

  /** Writes what no command writes: see tests/src/bin/situation.rs. */
  situation(act: 'withdraw' | 'elsewhere' | 'blank', about: string, more: string): void {
    ask(program('situation'), ['--ledger', this.ledger, act, about, more])
  }

  sync(): void {
    this.ask(['sync'])
  }
}
