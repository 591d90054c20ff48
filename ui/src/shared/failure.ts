// What went wrong, as a code and its facts. The words for a code stand in i18n; nothing here is text for the screen.
export type Facts = Record<string, unknown>

export class Failure extends Error {
  readonly code: string
  readonly facts: Facts

  constructor(code: string, facts: Facts = {}) {
    super(code)
    this.name = 'Failure'
    this.code = code
    this.facts = facts
  }

  /** Whatever was thrown, as a failure: the shells send `{code, facts}` or `{code, detail}`. */
  static from(thrown: unknown): Failure {
    if (thrown instanceof Failure) return thrown
    if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && typeof thrown.code === 'string') {
      return new Failure(thrown.code, factsOf(thrown))
    }
    return new Failure('internal')
  }
}

function factsOf(sent: object): Facts {
  const facts = 'facts' in sent ? sent.facts : 'detail' in sent ? sent.detail : null
  if (typeof facts === 'object' && facts !== null && !Array.isArray(facts)) return facts as Facts
  return facts === null || facts === undefined || facts === '' ? {} : { detail: facts }
}
