// The words of the screens. Messages stand in the repository's `i18n/`, flat, zh-CN first; keys hold dots.
import { createI18n, useI18n } from 'vue-i18n'
import codesEn from '@i18n/codes.en.json'
import codesZh from '@i18n/codes.zh-CN.json'
import uiEn from '@i18n/ui.en.json'
import uiZh from '@i18n/ui.zh-CN.json'
import {
  dateOrMomentText,
  dateText,
  longDateText,
  momentText,
  shortDateText,
  todayInShanghai,
  type Language,
} from './words'

export type { Language }
export type Messages = Record<string, string>

function flatCodes(codes: Record<string, { what: string; next: string }>): Messages {
  return Object.fromEntries(
    Object.entries(codes).flatMap(([code, { what, next }]) => [
      [`code.${code}.what`, what],
      [`code.${code}.next`, next],
    ]),
  )
}

/** The words of one program: what all screens share, what a code means, and its own. */
export function makeI18n(own: Record<Language, Messages>, language: Language) {
  document.documentElement.lang = language
  return createI18n({
    legacy: false,
    locale: language,
    fallbackLocale: 'zh-CN',
    missingWarn: false,
    fallbackWarn: false,
    messageResolver: (messages, key) => (messages as Messages)[key] ?? null,
    messages: {
      'zh-CN': { ...flatCodes(codesZh), ...uiZh, ...own['zh-CN'] },
      en: { ...flatCodes(codesEn), ...uiEn, ...own.en },
    },
  })
}

/** Words and dates in the language that is chosen now. */
export function useWords() {
  const { t, te, locale } = useI18n({ useScope: 'global' })
  const language = () => locale.value as Language
  const today = () => todayInShanghai(new Date())
  return {
    t,
    te: (key: string) => te(key, locale.value) || te(key, 'zh-CN'),
    language,
    setLanguage(chosen: Language) {
      locale.value = chosen
      document.documentElement.lang = chosen
    },
    today,
    date: (text: string) => dateText(text, language(), today()),
    shortDate: (text: string) => shortDateText(text, language(), today()),
    longDate: (text: string) => longDateText(text, language()),
    moment: (text: string) => momentText(text, language(), today()),
    dateOrMoment: (text: string) => dateOrMomentText(text, language(), today()),
    /** The word for a key that comes from outside; the key's own last part where there is none. */
    wordFor: (prefix: string, name: string) => (te(`${prefix}.${name}`) ? t(`${prefix}.${name}`) : name),
  }
}
