// A sheet from above while she works at it: what was read, how its columns are meant, who is to be filled in, how its
// people stand. It stays when she looks at a person and comes back, and is gone when the ledger is locked.
import { defineStore } from 'pinia'
import { computed, reactive, ref, shallowRef, watch } from 'vue'
import { call, Failure } from '@/shared/api'
import type {
  ChosenFile,
  FillField,
  FormColumn,
  FormSheetView,
  FormWritten,
  ListView,
  SubjectId,
  Who,
  WhoView,
} from '@/shared/bindings/desk'
import { useOffice } from '../office'
import { blankAsking, type Asking, type Way } from './asking'
import { distinct, inOrder, meant, rowsAdded, standingIn } from './choosing'
import { likelyPart, tellsWho, wantsNotes, withField, type Part } from './order'

export const useSheet = defineStore('sheet', () => {
  const office = useOffice()
  const file = shallowRef<ChosenFile | null>(null)
  const view = shallowRef<FormSheetView | null>(null)
  const columns = shallowRef<FormColumn[]>([])
  const part = ref<Part>('fill')
  const asking = reactive<Asking>(blankAsking())
  const found = shallowRef<WhoView | null>(null)
  const chosen = ref(new Set<SubjectId>())
  const list = shallowRef<ListView | null>(null)
  const annotate = ref(false)
  const complete = ref(false)
  const written = shallowRef<FormWritten | null>(null)
  const reading = ref(false)
  const finding = ref(false)
  const checking = ref(false)
  const readFailure = shallowRef<Failure | null>(null)
  const findFailure = shallowRef<Failure | null>(null)
  const checkFailure = shallowRef<Failure | null>(null)
  /** An answer to what was asked before is too late. */
  const turns = { read: 0, find: 0, check: 0 }

  const there = computed(() => standingIn(list.value))
  const people = computed(() => inOrder(found.value?.people ?? [], chosen.value))
  const added = computed(() => rowsAdded(people.value.length, view.value?.free ?? 0))
  const canCheck = computed(() => view.value !== null && view.value.people > 0 && tellsWho(columns.value))
  const notes = computed(() => ({
    annotate: canCheck.value && annotate.value,
    complete: canCheck.value && complete.value,
  }))
  const hasWork = computed(() => people.value.length > 0 || notes.value.annotate || notes.value.complete)

  /** Runs one question; true where its answer is still wanted. */
  async function ask<T>(
    what: keyof typeof turns,
    busy: { value: boolean },
    failure: { value: Failure | null },
    question: () => Promise<T>,
    take: (answer: T) => void,
  ): Promise<boolean> {
    const turn = ++turns[what]
    busy.value = true
    failure.value = null
    try {
      const answer = await question()
      if (turn !== turns[what]) return false
      take(answer)
      return true
    } catch (thrown) {
      if (turn === turns[what]) failure.value = Failure.from(thrown)
      return false
    } finally {
      if (turn === turns[what]) busy.value = false
    }
  }

  /** Reads a workbook, or another sheet of it. */
  async function read(source: ChosenFile, sheet: string | null): Promise<void> {
    putAway()
    const question = () => call('read_form_sheet', { file: source.token, sheet })
    const isRead = await ask('read', reading, readFailure, question, (answer) => {
      file.value = source
      view.value = answer
      columns.value = answer.columns
      part.value = found.value ? 'fill' : likelyPart(answer)
      annotate.value = wantsNotes(answer)
    })
    if (isRead) await check()
  }
  async function setField(at: number, field: FillField | null): Promise<void> {
    columns.value = withField(columns.value, at, field)
    await check()
  }
  /** How the people of the list stand, by the columns as they are meant now. */
  async function check(): Promise<void> {
    const [source, shown] = [file.value, view.value]
    if (!source || !shown || !canCheck.value) {
      turns.check += 1
      checking.value = false
      list.value = null
      return
    }
    const choices = columns.value.map(({ at, heading, field }) => ({ at, heading, field }))
    const question = () => call('check_list', { file: source.token, sheet: shown.sheet, columns: choices })
    await ask('check', checking, checkFailure, question, (answer) => {
      list.value = answer
      const present = standingIn(answer)
      chosen.value = new Set([...chosen.value].filter((id) => !present.has(id)))
    })
  }
  async function find(who: Who): Promise<void> {
    const question = () => call('find_who', { who })
    await ask('find', finding, findFailure, question, (answer) => {
      found.value = { ...answer, people: distinct(answer.people) }
      chosen.value = meant(found.value.people, there.value)
    })
  }
  /** Another way to look for people: what was found in the one before is put away. */
  function lookBy(way: Way): void {
    asking.way = way
    asking.item = null
    asking.line = null
    forget()
  }
  function forget(): void {
    turns.find += 1
    finding.value = false
    findFailure.value = null
    found.value = null
    chosen.value = new Set()
  }
  /** The workbook goes; whom she looked for stays. */
  function putAway(): void {
    turns.read += 1
    turns.check += 1
    reading.value = false
    checking.value = false
    readFailure.value = null
    checkFailure.value = null
    file.value = null
    view.value = null
    columns.value = []
    list.value = null
    annotate.value = false
    complete.value = false
    written.value = null
  }
  function clear(): void {
    putAway()
    forget()
    Object.assign(asking, blankAsking())
  }
  watch(
    () => office.isOpen,
    (isOpen) => !isOpen && clear(),
  )
  return {
    file,
    view,
    columns,
    part,
    asking,
    found,
    chosen,
    list,
    annotate,
    complete,
    written,
    reading,
    finding,
    checking,
    readFailure,
    findFailure,
    checkFailure,
    there,
    people,
    added,
    canCheck,
    notes,
    hasWork,
    read,
    setField,
    check,
    find,
    lookBy,
    forget,
    putAway,
    clear,
  }
})
