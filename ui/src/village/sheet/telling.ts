// In words, what is going to be written and what was. Pure.
import type { FormWritten } from '@/shared/bindings/desk'

type Translate = (key: string, facts: Record<string, string | number>, n: number) => string

/** 填 28 人，加 8 行；补齐 3 行；核对 40 行: only what there is. */
export function tellOf({ filled, added, completed, annotated }: Omit<FormWritten, 'file_name'>, t: Translate): string {
  const say = (key: string, n: number) => (n > 0 ? [t(`sheet.tell.${key}`, { n }, n)] : [])
  const parts = [
    [...say('filled', filled), ...say('added', added)].join(t('sheet.comma', {}, 0)),
    ...say('completed', completed),
    ...say('annotated', annotated),
  ].filter(Boolean)
  return parts.length > 0 ? parts.join(t('sheet.semicolon', {}, 0)) : t('sheet.tell.nothing', {}, 0)
}
