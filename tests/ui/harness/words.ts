// What the screens say, in both languages, from the same files; the tests look for what people read.
import { readFileSync } from 'node:fs'

export type Language = 'zh-CN' | 'en'
type Facts = Record<string, string | number>

function read(language: Language): (program: 'village' | 'console') => Record<string, string> {
  return (name) => {
    const files = ['codes', 'ui', ...(name === 'village' ? ['help'] : []), name].map(
      (file) => new URL(`../../../i18n/${file}.${language}.json`, import.meta.url),
    )
    return Object.assign({}, ...files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as object)) as Record<
      string,
      string
    >
  }
}

/** The words of a program by key, with their places filled. An unknown key fails the test that asks for it. */
export function wordsOf(program: 'village' | 'console', language: Language = 'zh-CN') {
  const all = read(language)(program)
  return (key: string, facts: Facts = {}): string => {
    const words = all[key]
    if (words === undefined) throw new Error(`no words for ${key}`)
    const plural = words.split(/ \| /)
    const chosen = plural.length > 1 && facts.n !== 1 ? (plural[1] ?? words) : (plural[0] ?? words)
    return chosen
      .replaceAll(/\{'(.)'\}/g, '$1')
      .replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(facts[name] ?? whole))
  }
}
