// What an open field and its values are called. Forms bring their own words; those of the register stand in i18n.
import type { OpenField, OpenValue } from '../bindings/desk'

interface Words {
  t: (key: string, facts?: Record<string, unknown>) => string
  te: (key: string) => boolean
}

const PHOTO = 'photo/'

/** The question's or material's words, or those of the register. */
export function fieldName({ field, label }: { field: string; label: string }, { t, te }: Words): string {
  const first = field.split('/')[0] ?? field
  if (field.startsWith('/data/') || first === 'paper') return label || field
  if (first === 'photo') return label ? t('field.photo', { name: label }) : t('field.photo_alone')
  return te(`field.${first}`) ? t(`field.${first}`, { name: label }) : label || field
}

/** A value as it is read; what was taken away is said. */
export function valueText(field: string, value: string, { t, te }: Words): string {
  if (value === '') return t(field.startsWith(PHOTO) ? 'open.photo_off' : 'open.nothing')
  if (field.startsWith(PHOTO) && value === field.slice(PHOTO.length)) return t('open.photo_kept')
  const first = field.split('/')[0] ?? field
  return te(`open.${first}.${value}`) ? t(`open.${first}.${value}`) : value
}

/** The picture that a value is, if it is one. */
export function pictureOf(field: string, value: OpenValue): string | null {
  const digest = field.startsWith(PHOTO) ? field.slice(PHOTO.length) : null
  return digest !== null && value.value === digest ? digest : null
}

/** Who wrote it: a name, or on which side. */
export function writerText(value: OpenValue, { t }: Pick<Words, 't'>): string {
  if (value.by) return value.by
  return t(value.whence === 'center' ? 'open.by_staff' : 'open.by_agent')
}

/** On which computer. */
export function whenceText(value: OpenValue, { t }: Pick<Words, 't'>): string {
  if (value.whence !== 'laptop') return t(`open.at_${value.whence}`)
  return value.laptop_of && value.laptop_of !== value.by
    ? t('open.at_laptop_of', { name: value.laptop_of })
    : t('open.at_laptop')
}

/** The late values among them: those that do not hold. */
export function lateValues(field: OpenField): OpenValue[] {
  return field.values.filter((value) => !value.holds)
}
