// 办理方式: its choices, and what was said of it in words.
import type { Channel, Handling, Mode, Way } from '@/shared/bindings/desk'

export const MODES: Mode[] = ['help', 'act', 'accompany', 'priority']
export const WAYS: Way[] = ['usual', 'extended', 'staggered', 'appointment', 'door', 'self_service']
export const CHANNELS: Channel[] = ['window', 'at_home', 'phone', 'chat', 'aid_day', 'online', 'elsewhere', 'bank']
/** A text is no longer than this, as the ledger has it. */
export const LONGEST_TEXT = 500

export const NO_HANDLING: Handling = {
  mode: null,
  way: null,
  channel: null,
  taken_on: null,
  outside: '',
  outside_no: '',
  green: false,
  green_reason: '',
  cannot_apply: false,
  owner: '',
  team: '',
  hard_points: '',
  campaign: '',
  authority_by: '',
  authority_matters: '',
  authority_power: '',
  authority_until: null,
  consent_text: '',
  consent_sensitive_text: '',
}

type Words = (key: string, named?: Record<string, unknown>) => string
const word = (t: Words, field: string, value: unknown): string => {
  if (value === true) return t('handling.yes')
  const listed = field === 'mode' || field === 'way' || field === 'channel'
  return listed ? t(`handling.${field}.${String(value)}`) : String(value)
}

/** Everything that was said, each with its name. */
export function toldOf(handling: Handling, t: Words): { name: keyof Handling; label: string; told: string }[] {
  const names = Object.keys(NO_HANDLING) as (keyof Handling)[]
  const said = names.filter((name) => handling[name])
  return said.map((name) => ({
    name,
    label: t(`handling.field.${name}`),
    told: word(t, name, handling[name]),
  }))
}

/** The line of it: 帮办 · 上门 · 绿色通道. */
export function summaryOf(handling: Handling, t: Words): string {
  const { mode, way, channel, green, cannot_apply, owner, taken_on } = handling
  return [
    mode && t(`handling.mode.${mode}`),
    way && t(`handling.way.${way}`),
    green && t('handling.field.green'),
    cannot_apply && t('handling.field.cannot_apply'),
    channel && t('handling.of_channel', { channel: t(`handling.channel.${channel}`) }),
    [handling.outside, handling.outside_no].filter(Boolean).join(' '),
    owner && `${t('handling.field.owner')} ${owner}`,
    taken_on && `${t('handling.field.taken_on')} ${taken_on}`,
  ]
    .filter(Boolean)
    .join(' · ')
}
