// A folder of its own for every test file, gone with it; what failed leaves its pictures elsewhere.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

/** Cargo's target folder: where the programs are, and where pictures of failures are kept. */
export const target = process.env.CARGO_TARGET_DIR ?? join(homedir(), '.cache/bangban/target')

/** A new folder, and how to be rid of it. */
export function newFolder(name: string): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), `bangban-ui-${name}-`))
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) }
}

/** Where the picture of a failed test is kept. */
export function failureFile(test: string): string {
  const folder = join(target, 'ui-failures')
  mkdirSync(folder, { recursive: true })
  return join(folder, `${test.replaceAll(/[^\p{L}\p{N}]+/gu, '-').slice(0, 80)}.png`)
}
