// A worn disk: what a file loses without anybody having touched it.
import { readFileSync, writeFileSync } from 'node:fs'

/** Of SQLite's files. */
export const PAGE = 4096

/** One bit of some pages turns: from this one on, of so many one. */
export function hurt(file: string, from: number, every: number): void {
  const bytes = readFileSync(file)
  for (let page = from; page * PAGE <= bytes.length; page += every) {
    const at = (page - 1) * PAGE + 700
    bytes[at] = (bytes[at] ?? 0) ^ 0x40
  }
  writeFileSync(file, bytes)
}
