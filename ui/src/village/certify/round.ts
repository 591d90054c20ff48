// What holds for everyone of this round, and what she looks at; kept while the window is open, for today.
import { defineStore } from 'pinia'
import { reactive } from 'vue'
import type { MetBy, Round } from './keys'

export const SPANS = ['30', '60', '90', '3650'] as const
export type CertSpan = (typeof SPANS)[number]

export const useRound = defineStore('certify-round', () => {
  const round = reactive<Round>({ day: '', by: 'agent', name: '', consent: '', sensitive: '' })
  const shown = reactive<{ span: CertSpan; text: string }>({ span: '30', text: '' })
  let began = ''
  let agent = ''

  /** Another day or another agent begins anew: today, met by who works here. */
  function enter(today: string, name: string): void {
    if (began === today && agent === name) return
    began = today
    agent = name
    Object.assign(round, { day: today, by: 'agent', name, consent: '', sensitive: '' })
  }
  /** Somebody else has another name. */
  function metBy(by: MetBy): void {
    if (by === round.by) return
    round.by = by
    round.name = by === 'agent' ? agent : ''
  }
  return { round, shown, enter, metBy }
})
