// Looking at every screen of a program: nothing cut off, nothing sideways, nothing outside; pictures of what has a flaw.
import type { ConsolePage } from './browser'
import type { Demo } from './demo'
import { failureFile } from './folder'
import type { Window } from './window'
import type { Language } from './words'
import type { Screen } from '../screens'

/** Both languages, at the usual size of type and at the largest. */
export const sizes = [
  ['zh-CN', 100],
  ['zh-CN', 150],
  ['en', 100],
  ['en', 150],
] as const

/** Opens every screen and gathers what is wrong with any; a picture is kept of each that has a flaw. */
export async function lookAtAll<On extends Window | ConsolePage>(
  on: On,
  demo: Demo,
  screens: readonly Screen<On>[],
  language: Language,
  zoom: number,
  more?: () => Promise<string[]>,
): Promise<string[]> {
  const found: string[] = []
  for (const screen of screens) {
    try {
      await screen.open(on, demo, language)
      const flaws = [...(await on.flaws()), ...((await more?.()) ?? [])]
      if (flaws.length > 0) await on.picture(failureFile(`flaw ${screen.name} ${language} ${zoom}`))
      found.push(...flaws.map((flaw) => `${screen.name}: ${flaw}`))
      await screen.leave?.(on)
    } catch (thrown) {
      await on.picture(failureFile(`not opened ${screen.name} ${language} ${zoom}`)).catch(() => undefined)
      throw new Error(`${screen.name}: ${thrown instanceof Error ? thrown.message : String(thrown)}`, { cause: thrown })
    }
  }
  return found
}
