// How dates, moments, sizes and numbers read. Pure: the present is passed in.
export type Language = 'zh-CN' | 'en'

const WEEKDAYS = {
  'zh-CN': ['周日', '周一', '周二', '周三', '周四', '周五', '周六'],
  en: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
}
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const SHANGHAI_AHEAD_MS = 8 * 60 * 60 * 1000

interface Day {
  year: number
  month: number
  day: number
  weekday: number
}

/** The calendar day in Asia/Shanghai of a date `YYYY-MM-DD` or a moment in RFC 3339; null where it is neither. */
function dayOf(text: string): Day | null {
  const date = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  const at = date
    ? new Date(Date.UTC(Number(date[1]), Number(date[2]) - 1, Number(date[3])))
    : new Date(Date.parse(text) + SHANGHAI_AHEAD_MS)
  if (Number.isNaN(at.getTime())) return null
  return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate(), weekday: at.getUTCDay() }
}

/** Today in Asia/Shanghai, `YYYY-MM-DD`. */
export function todayInShanghai(now: Date): string {
  return new Date(now.getTime() + SHANGHAI_AHEAD_MS).toISOString().slice(0, 10)
}

/** `3月5日（周四）`, `Thu 5 Mar`; with the year only where it is another year than today's. */
export function dateText(text: string, language: Language, today: string): string {
  const day = dayOf(text)
  if (!day) return text
  const weekday = WEEKDAYS[language][day.weekday]
  const other = day.year !== dayOf(today)?.year
  if (language === 'zh-CN') return `${other ? `${day.year}年` : ''}${day.month}月${day.day}日（${weekday}）`
  return `${weekday} ${day.day} ${MONTHS[day.month - 1]}${other ? ` ${day.year}` : ''}`
}

/** The same without the day of the week, for columns. */
export function shortDateText(text: string, language: Language, today: string): string {
  const day = dayOf(text)
  if (!day) return text
  const other = day.year !== dayOf(today)?.year
  if (language === 'zh-CN') return `${other ? `${day.year}年` : ''}${day.month}月${day.day}日`
  return `${day.day} ${MONTHS[day.month - 1]}${other ? ` ${day.year}` : ''}`
}

/** `2026年3月5日`, `5 Mar 2026`: always with the year, as papers say it. */
export function longDateText(text: string, language: Language): string {
  const day = dayOf(text)
  if (!day) return text
  if (language === 'zh-CN') return `${day.year}年${day.month}月${day.day}日`
  return `${day.day} ${MONTHS[day.month - 1]} ${day.year}`
}

/** `10:42` in Asia/Shanghai. */
export function clockText(moment: string): string {
  const at = new Date(Date.parse(moment) + SHANGHAI_AHEAD_MS)
  return Number.isNaN(at.getTime()) ? moment : at.toISOString().slice(11, 16)
}

/** A moment: the time alone where it is today, else the date and the time. */
export function momentText(moment: string, language: Language, today: string): string {
  const at = new Date(Date.parse(moment) + SHANGHAI_AHEAD_MS)
  if (Number.isNaN(at.getTime())) return moment
  if (at.toISOString().slice(0, 10) === today) return clockText(moment)
  return `${shortDateText(moment, language, today)} ${clockText(moment)}`
}

/** A date or a moment, whichever the text is. */
export function dateOrMomentText(text: string, language: Language, today: string): string {
  return text.length === 10 ? dateText(text, language, today) : momentText(text, language, today)
}

/** Masks the middle: what stays is never more than what is hidden. As `mask_middle` in `model`. */
function maskMiddle(text: string, head: number, tail: number): string {
  const characters = [...text]
  if (characters.length - head - tail < 3) return '*'.repeat(characters.length)
  return characters.map((c, at) => (at < head || at >= characters.length - tail ? c : '*')).join('')
}

/** An identity, bank or telephone number as it stands on a screen before someone asks for the rest. */
export function maskedNumber(text: string): string {
  const number = text.trim()
  const landline = /^(0\d+)-(.*)$/.exec(number)
  if (landline) return `${landline[1]}-${maskMiddle(landline[2] ?? '', 0, 2)}`
  return number.length <= 11 ? maskMiddle(number, 3, 4) : maskMiddle(number, 4, 4)
}

/** `312 kB`, `4.2 MB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`
  return `${(bytes / 1_000_000_000).toFixed(1)} GB`
}

/** Whether a text is a date that exists, `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const at = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === text
}

/** What was typed as a date (`20260305`, `2026.3.5`, `2026年3月5日`), as `YYYY-MM-DD`; other texts stay as they are. */
export function typedDate(text: string): string {
  const plain = text.trim()
  const parts = /^(\d{4})(\d{2})(\d{2})$/.exec(plain) ?? /^(\d{4})\D+(\d{1,2})\D+(\d{1,2})\D*$/.exec(plain)
  if (!parts) return plain
  const date = `${parts[1]}-${String(parts[2]).padStart(2, '0')}-${String(parts[3]).padStart(2, '0')}`
  return isDate(date) ? date : plain
}

/** Whether a text is a time of day, `HH:MM`. */
export function isTime(text: string): boolean {
  return /^([01]\d|2[0-3]):[0-5]\d$/.test(text)
}

/** What was typed as a time (`930`, `9:30`, `9点半`, `下午3点10分`), as `HH:MM`; other texts stay as they are. */
export function typedTime(text: string): string {
  const plain = text.trim().replace('：', ':')
  const afternoon = /^(下午|晚上|傍晚|pm)\s*/i.exec(plain)
  const rest = plain.replace(/^(上午|早上|中午|下午|晚上|傍晚|am|pm)\s*/i, '').replace(/半$/, '30')
  const parts =
    /^(\d{1,2}):(\d{1,2})$/.exec(rest) ??
    /^(\d{1,2})[点时](?:(\d{1,2})分?)?$/.exec(rest) ??
    /^(\d{1,2})(\d{2})$/.exec(rest)
  if (!parts) return plain
  const hour = Number(parts[1]) + (afternoon && Number(parts[1]) < 12 ? 12 : 0)
  const time = `${String(hour).padStart(2, '0')}:${String(parts[2] ?? '0').padStart(2, '0')}`
  return isTime(time) ? time : plain
}
