// Every word stands in both languages, with the same placeholders.
import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const folder = resolve(process.cwd(), '../i18n')
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.zh-CN.json'))
  .map((file) => file.replace('.zh-CN.json', ''))

function read(name: string, language: string): Record<string, unknown> {
  return JSON.parse(readFileSync(resolve(folder, `${name}.${language}.json`), 'utf8')) as Record<string, unknown>
}
function placeholders(text: string): string[] {
  return [...new Set(text.match(/\{\w+\}/g) ?? [])].sort()
}
function flat(value: unknown, key = ''): [string, string][] {
  if (typeof value === 'string') return [[key, value]]
  return Object.entries(value as object).flatMap(([name, inner]) => flat(inner, key ? `${key}.${name}` : name))
}

describe.each(names)('the words of %s', (name) => {
  const chinese = new Map(flat(read(name, 'zh-CN')))
  const english = new Map(flat(read(name, 'en')))

  test('stand in both languages', () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort())
  })
  test('stand once: of two under one name the later would take the place of the other unseen', () => {
    for (const language of ['zh-CN', 'en']) {
      const text = readFileSync(resolve(folder, `${name}.${language}.json`), 'utf8')
      // A nested group opens with a name of its own; within one group each name stands once.
      const groups: Set<string>[] = []
      for (const line of text.split('\n')) {
        const key = /^\s*"([^"]+)":/.exec(line)?.[1]
        if (key !== undefined) {
          expect(groups.at(-1)?.has(key), `${key} in ${name}.${language}`).toBe(false)
          groups.at(-1)?.add(key)
        }
        if (line.endsWith('{')) groups.push(new Set())
        else if (/^\s*\},?$/.test(line)) groups.pop()
      }
    }
  })
  test('name the same placeholders', () => {
    for (const [key, text] of chinese) expect(placeholders(english.get(key) ?? ''), key).toEqual(placeholders(text))
  })
})

test('no word of the screens is Chinese in English or empty', () => {
  for (const name of ['ui', 'village', 'help', 'console']) {
    for (const [key, text] of flat(read(name, 'en'))) {
      expect(text, key).not.toBe('')
      if (!key.startsWith('language.')) expect(text, key).not.toMatch(/[\u4e00-\u9fff]/)
    }
  }
})

describe.each(['village', 'center'])('the screens of %s', (program) => {
  const words = new Set(
    ['ui', 'codes', ...(program === 'center' ? ['console'] : [program, 'help'])].flatMap((name) =>
      flat(read(name, 'zh-CN')).map(([key]) => (name === 'codes' ? `code.${key}` : key)),
    ),
  )
  const sources = ['shared', program].flatMap((folder) =>
    readdirSync(resolve(process.cwd(), 'src', folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(?:vue|ts)$/.test(file) && !file.endsWith('.test.ts'))
      .map((file) => resolve(process.cwd(), 'src', folder, file)),
  )
  test('say only what has words', () => {
    for (const file of sources) {
      for (const match of readFileSync(file, 'utf8').matchAll(/\bt\(\s*'([\w.-]+)'/g)) {
        expect(words, `${match[1]} in ${file}`).toContain(match[1])
      }
    }
  })
})
