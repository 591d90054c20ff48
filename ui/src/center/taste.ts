// How this browser likes the screens: language and size of type. Nothing else is kept in it.
import type { Language } from '../shared/i18n'
import type { Zoom } from '../shared/screen'

const LANGUAGE = 'bangban.language'
const ZOOM = 'bangban.zoom'
export const ZOOMS: Zoom[] = [100, 125, 150]

function read(key: string): string | null {
  try {
    return window.localStorage.getItem(key)
  } catch {
    return null // a browser that keeps nothing: what is built in holds
  }
}
function keep(key: string, value: string): void {
  try {
    window.localStorage.setItem(key, value)
  } catch {
    // The choice holds until the page is closed.
  }
}

export function chosenLanguage(): Language {
  return read(LANGUAGE) === 'en' ? 'en' : 'zh-CN'
}
export function keepLanguage(language: Language): void {
  keep(LANGUAGE, language)
}
export function chosenZoom(): Zoom {
  return ZOOMS.find((zoom) => String(zoom) === read(ZOOM)) ?? 100
}
export function keepZoom(zoom: Zoom): void {
  keep(ZOOM, String(zoom))
}
