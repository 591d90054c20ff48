// What stands on the slip of an appointment: from the line's own answers, what is not answered is left out.
import type { LineView } from '@/shared/bindings/desk'

export interface SlipLine {
  name: 'name' | 'day' | 'time' | 'matter' | 'place'
  value: string
}

/** `dated` says a day with its weekday. */
export function slipOf(view: LineView, dated: (day: string) => string): SlipLine[] {
  const answer = (name: string) => {
    const field = view.form.find(({ path }) => path === `/data/${name}`)
    const value = field?.value.trim() ?? ''
    return field?.choices?.find((choice) => choice.name === value)?.label ?? value
  }
  const day = answer('day') || (view.row.day ?? '')
  const lines: SlipLine[] = [
    { name: 'name', value: answer('name') || (view.person?.name ?? view.row.title) },
    { name: 'day', value: day && dated(day) },
    { name: 'time', value: [answer('slot'), answer('at')].filter(Boolean).join(' ') },
    { name: 'matter', value: answer('matter') },
    { name: 'place', value: answer('place') },
  ]
  return lines.filter(({ value }) => value !== '')
}
