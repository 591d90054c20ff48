// A new item on its way from the question for its name to the editor: it travels in the address, so that nothing is kept
// and a reload begins it again. Pure.
import type { BeginArgs } from '../../shared/bindings/console'

/** As the center takes it. */
const CODE = /^[A-Z][A-Z0-9_]{1,23}$/

export function isCode(code: string): boolean {
  return CODE.test(code)
}

/** What is typed as a code, in the letters that a code has. */
export function codeOf(typed: string): string {
  return typed.trim().toUpperCase()
}

export function queryOf({ name, department, category, bundle }: BeginArgs): Record<string, string> {
  return { name, department, category, ...(bundle ? { bundle: 'yes' } : {}) }
}

/** The item that an address begins; none where it is the address of one that is there. */
export function begunBy(code: string, query: Record<string, unknown>): BeginArgs | null {
  const { name, department, category } = query
  if (typeof name !== 'string' || typeof department !== 'string' || typeof category !== 'string') return null
  return { code, name, department, category, bundle: query.bundle === 'yes' }
}
