// A form filled in for trial: what is done goes to the center one after another, and what is typed stays on the screen
// until the center's answer holds it.
import { computed, shallowRef } from 'vue'
import type { FormTrial, TrialAct, TrialGiven } from '../../shared/bindings/console'
import { Failure } from '../../shared/failure'
import { repeatOf } from '../../shared/form/sections'

/** Keystrokes are gathered for so long. */
const GATHER_MS = 300

/** One step at the center. */
export type Step = (given: TrialGiven | null, act: TrialAct | null) => Promise<FormTrial>

export function makeTrial(step: Step) {
  const view = shallowRef<FormTrial | null>(null)
  const failure = shallowRef<Failure | null>(null)
  /** What the center has not answered yet, oldest first; the first may be on its way. */
  const waiting = shallowRef<TrialAct[]>([])
  /** Whether the same is to be asked for again, in another language. */
  let again = false
  let timer = 0
  let going: Promise<void> | null = null
  let onItsWay = false
  /** Counts up when a trial begins anew: what an earlier one still hears is not heeded. */
  let turn = 0

  /** What the center answered, with what was typed since laid over it. */
  const form = computed(() => {
    const typed = new Map<string, string>()
    for (const act of waiting.value) if (act.act === 'answer') typed.set(act.path, act.value)
    return (view.value?.form ?? []).map((field) => {
      const value = typed.get(field.path)
      return value === undefined ? field : { ...field, value }
    })
  })

  function answer(path: string, value: string): void {
    const list = [...waiting.value]
    const last = list.at(-1)
    const replaces = last?.act === 'answer' && last.path === path && !(onItsWay && list.length === 1)
    if (replaces) list.pop()
    waiting.value = [...list, { act: 'answer', path, value }]
    window.clearTimeout(timer)
    timer = window.setTimeout(() => void flush(), GATHER_MS)
  }
  function put(act: TrialAct): Promise<void> {
    waiting.value = [...waiting.value, act]
    return flush()
  }
  /** Another row that says what this one says. */
  async function copyRow(row: string): Promise<void> {
    await flush()
    const before = view.value
    const repeat = before?.repeats.find((one) => one.path === repeatOf(row))
    if (!before || !repeat || failure.value) return
    const fresh = `${repeat.path}[${repeat.rows + 1}]`
    const said = before.form.filter((field) => field.path.startsWith(`${row}/`) && field.value && !field.read_only)
    const answers = said.map((field): TrialAct => ({
      act: 'answer',
      path: fresh + field.path.slice(row.length),
      value: field.value,
    }))
    waiting.value = [...waiting.value, { act: 'add', path: repeat.path }, ...answers]
    await flush()
  }

  async function run(mine: number): Promise<void> {
    while (waiting.value.length > 0 || again) {
      const act = waiting.value[0] ?? null
      again = again && act !== null
      onItsWay = true
      try {
        const found = await step(view.value?.given ?? null, act)
        if (mine !== turn) return
        view.value = found
      } catch (thrown) {
        if (mine !== turn) return
        const said = Failure.from(thrown)
        // The form moved on under what was typed: the question is not asked any more.
        if (said.code !== 'answer_unknown' || act === null) {
          again = again || act === null
          failure.value = said
          return
        }
      } finally {
        if (mine === turn) onItsWay = false
      }
      failure.value = null
      if (act) waiting.value = waiting.value.slice(1)
    }
  }
  /** Sends what waits; resolves when nothing waits or sending failed. */
  function flush(): Promise<void> {
    window.clearTimeout(timer)
    const mine = turn
    going ??= run(mine).finally(() => {
      if (mine === turn) going = null
    })
    return going
  }
  function askAgain(): Promise<void> {
    again = true
    return flush()
  }
  /** An empty form. */
  function begin(): Promise<void> {
    forget()
    return askAgain()
  }
  function forget(): void {
    turn += 1
    window.clearTimeout(timer)
    view.value = failure.value = null
    waiting.value = []
    going = null
    again = onItsWay = false
  }
  return {
    view,
    form,
    failure,
    busy: computed(() => waiting.value.length > 0),
    answer,
    addRow: (path: string) => put({ act: 'add', path }),
    removeRow: (path: string) => put({ act: 'remove', path }),
    copyRow,
    flush,
    askAgain,
    begin,
    forget,
  }
}
