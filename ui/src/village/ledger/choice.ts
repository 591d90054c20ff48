// What she chose to see in 台账; kept while the window is open, so that coming back from a case loses nothing.
import { defineStore } from 'pinia'
import { reactive, ref } from 'vue'
import type { CaseFilter } from '@/shared/bindings/desk'
import type { Order } from '@/shared/list'
import { USUAL } from './columns'

const ALL: CaseFilter = { text: '', standing: null, item: null, village: null, from: null, to: null }

export const useLedgerChoice = defineStore('ledger-choice', () => {
  const filter = reactive<CaseFilter>({ ...ALL })
  const order = ref<Order | null>({ by: 'opened_at', descending: true })
  const shown = ref<string[]>([...USUAL])
  /** Into a workbook as the paper form has it, not in the columns of the screen. */
  const asForm = ref(true)
  return { filter, order, shown, asForm, clear: () => Object.assign(filter, ALL) }
})
