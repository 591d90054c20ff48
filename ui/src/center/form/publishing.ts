// A form on its way to being published: what was brought, what the center found, how it is tried. It stays while other
// screens are read, and is forgotten when another person is at the screen.
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { BringArgs, FormCheck, ItemForm } from '../../shared/bindings/console'
import { Failure } from '../../shared/failure'
import { ask } from '../ask'
import { gathered, sortFiles } from './files'
import { makeKept } from './kept'
import { makeTrial } from './trial'

/** What was just published, for the list to say. */
export interface Published {
  title: string
  version: string
}

export const usePublishing = defineStore('publishing', () => {
  const brought = shallowRef<BringArgs | null>(null)
  /** Names of files that were passed over. */
  const left = shallowRef<string[]>([])
  const check = shallowRef<FormCheck | null>(null)
  /** The item that the form is for, where there is one. */
  const known = shallowRef<ItemForm | null>(null)
  const failure = shallowRef<Failure | null>(null)
  const busy = ref(false)
  const published = shallowRef<Published | null>(null)
  /** What is put into the form for trial. */
  const kept = makeKept()
  /** Counts what is brought: an answer to an earlier one is not heeded. */
  let turn = 0

  const trial = makeTrial((given, act) => {
    const draft = check.value?.draft
    if (!draft) throw new Failure('file_unknown')
    return ask('form/try', { draft, given, act })
  })

  async function take(files: readonly File[]): Promise<void> {
    const chosen = sortFiles(files)
    left.value = chosen.left
    if (!chosen.workbook && chosen.others.length === 0) return
    try {
      const args = await gathered(brought.value, chosen)
      failure.value = null
      if (!args) {
        left.value = [...files].map(({ name }) => name)
        return
      }
      brought.value = args
    } catch (thrown) {
      failure.value = Failure.from(thrown)
      return
    }
    trial.forget()
    kept.forget()
    await bring()
  }
  /** Has the center look at what was brought; what was filled in for trial stays. */
  async function bring(): Promise<void> {
    const args = brought.value
    if (!args) return
    const mine = (turn += 1)
    busy.value = true
    failure.value = null
    try {
      const [found, forms] = await Promise.all([ask('form/bring', args), ask('form/list', {})])
      if (mine !== turn) return
      check.value = found
      known.value = forms.items.find((item) => item.code === found.item) ?? null
    } catch (thrown) {
      if (mine !== turn) return
      check.value = known.value = null
      failure.value = Failure.from(thrown)
    } finally {
      if (mine === turn) busy.value = false
    }
  }
  /** The center speaks another language from now on: its words are asked for again. */
  async function askAnew(): Promise<void> {
    await bring()
    if (check.value?.draft && trial.view.value) await trial.askAgain()
  }
  async function publish(item: string, name: string, department: string): Promise<void> {
    const draft = check.value?.draft
    if (!draft) throw new Failure('file_unknown')
    await ask('form/publish', { draft, item, name, department })
  }
  /** It is published: nothing of it is left but what the list says of it. */
  function finish(): void {
    const found = check.value
    forget()
    if (found) published.value = { title: found.title, version: found.version }
  }
  function forget(): void {
    turn += 1
    brought.value = check.value = known.value = failure.value = published.value = null
    left.value = []
    busy.value = false
    trial.forget()
    kept.forget()
  }
  return {
    brought,
    left,
    check,
    known,
    failure,
    busy,
    published,
    trial,
    kept,
    take,
    bring,
    askAnew,
    publish,
    finish,
    forget,
  }
})
