// 授权、签字到期: how it is told of what was signed and runs out.
import type { RunsOut } from '@/shared/bindings/desk'
import type { useWords } from '@/shared/i18n'

type Words = ReturnType<typeof useWords>

export function expiryOf(told: RunsOut, t: Words['t'], day: string): { words: string; tone: 'soon' | 'over' } {
  if (told.is_over) return { words: t('expiry.over', { day }), tone: 'over' }
  if (told.days_left === 0) return { words: t('expiry.today'), tone: 'soon' }
  const n = told.days_left
  const key = told.in_workdays ? 'expiry.left_workdays' : 'expiry.left_days'
  return { words: t(key, { day, n }, n), tone: 'soon' }
}
