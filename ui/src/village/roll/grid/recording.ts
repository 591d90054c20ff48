// The rows of a round as they are typed in: each is recorded when she goes on, one after the other, and kept until it is.
import { computed, ref, shallowReactive, shallowRef, watch } from 'vue'
import { call, Failure } from '@/shared/api'
import type { RollRow, VisitView } from '@/shared/bindings/desk'
import { useWords } from '@/shared/i18n'
import { useFetched } from '../../fetched'
import { useOffice } from '../../office'
import { joinSavers } from '../../saving'
import { EMPTY_NOTES, isDayGood } from '../../visit/words'
import { differing, isDueGood, newestCompanions, notesOf, saidOf, textOf, typedSince, type Typed } from './cells'

/** A household and what was typed of it. Each is watched by its own row alone. */
export interface Line {
  row: RollRow
  typed: Typed | null
  standing: 'waits' | 'busy' | null
  failure: Failure | null
}

export function useRecording(round: string) {
  const { today } = useWords()
  const office = useOffice()
  const { data: roll, failure, reload, show } = useFetched(() => call('show_roll', { line: round }))
  const lines = shallowRef<Line[]>([])
  const day = ref(today())
  const companions = ref('')
  const queue: Line[] = []
  let present: Promise<void> | null = null

  const isDayWrong = computed(() => !isDayGood(day.value, today()))
  const head = () => ({ day: day.value, companions: companions.value })
  const recorded = computed(() => lines.value.filter(({ row }) => (row.notes?.result ?? null) !== null).length)
  const failed = computed(() => lines.value.filter((line) => line.failure !== null))

  watch(roll, (now, before) => {
    if (!now) return
    if (!before) companions.value = newestCompanions(now.rows)
    const known = new Map(lines.value.map((line) => [line.row.id, line]))
    const next = now.rows.map((row) => {
      const line = known.get(row.id) ?? shallowReactive<Line>({ row, typed: null, standing: null, failure: null })
      line.row = row
      known.delete(row.id)
      return line
    })
    // Taken off the roll elsewhere while it was typed: it stays in sight until she has seen that.
    lines.value = [...next, ...[...known.values()].filter(isTyped)]
  })

  const isTyped = (line: Line) => differing(line.row.notes, line.typed) !== null
  const hasResult = ({ row, typed }: Line) => textOf(row.notes ?? EMPTY_NOTES, typed, 'result') !== ''
  /** A row that was recorded keeps its day and who came along. */
  const takesHead = ({ row }: Line) => (row.notes?.result ?? null) === null
  const isDueWrong = ({ typed }: Line) => !isDueGood(typed?.need_due ?? '', today())
  const isReady = (line: Line) =>
    isTyped(line) && hasResult(line) && !isDueWrong(line) && !(takesHead(line) && isDayWrong.value)

  function type(line: Line, typed: Typed): void {
    line.typed = { ...line.typed, ...typed }
    line.failure = null
  }
  /** Back to what is recorded; whether there was anything to take back. */
  function takeBack(line: Line): boolean {
    if (line.standing !== null || line.typed === null) return false
    const was = isTyped(line)
    line.typed = null
    line.failure = null
    return was
  }
  /** A row that was recorded takes over the day and who came along that stand above. */
  function takeHead(line: Line): Promise<void> {
    if (isDayWrong.value) return Promise.resolve()
    type(line, saidOf(line.row, head(), today()))
    return record(line)
  }
  /** Records a row after those that wait already. Nothing happens where there is no result, or nothing new. */
  function record(line: Line): Promise<void> {
    if (isReady(line) && line.standing !== 'waits') {
      // The day of a row is the one that stood above when she left it, also if it is tried again later.
      if (takesHead(line)) line.typed = { ...saidOf(line.row, head(), today()), ...line.typed }
      if (line.standing === null) line.standing = 'waits'
      queue.push(line)
    }
    if (queue.length > 0) present ??= run()
    return present ?? Promise.resolve()
  }
  async function run(): Promise<void> {
    for (let line = queue.shift(); line; line = queue.shift()) await write(line)
    present = null
  }
  async function write(line: Line): Promise<void> {
    const { row, typed } = line
    // It may have been altered, or taken back, while it waited.
    const notes = typed && isTyped(line) ? notesOf(row, typed, today()) : null
    line.failure = null
    line.standing = notes ? 'busy' : null
    if (!notes || !typed) return
    try {
      const before = row.notes ?? EMPTY_NOTES
      put(line, await call('write_visit', { row: { household: row.id, round, visit: row.visit, before, notes } }))
      line.typed = typedSince(line.typed, typed)
      office.refreshSoon()
    } catch (thrown) {
      line.failure = Failure.from(thrown)
    } finally {
      line.standing = null
    }
  }
  /** Shows what was recorded; an answer about the whole roll that is still on its way is too old then. */
  function put(line: Line, { visit, notes }: VisitView): void {
    line.row = { ...line.row, visit: visit.id, result: notes.result, visited_at: visit.started_at, notes }
    const now = roll.value
    if (now) show({ ...now, rows: now.rows.map((row) => (row.id === line.row.id ? line.row : row)) })
  }
  /** Records whatever she has left: all but the rows at which she is, and those that failed as they are. */
  function settle(isHeld: (line: Line) => boolean): void {
    for (const line of lines.value) {
      if (line.typed === null || isHeld(line) || line.failure || line.standing) continue
      if (isReady(line)) void record(line)
      else line.typed = differing(line.row.notes, line.typed)
    }
  }
  /** Records everything that can be, once more what failed; resolves when nothing waits. */
  async function flush(): Promise<void> {
    for (const line of lines.value) if (line.typed !== null) void record(line)
    await present
  }
  const unrecorded = () => lines.value.filter((line) => line.typed !== null && isTyped(line))

  joinSavers({
    flush,
    unsaved: computed(() => (unrecorded().length > 0 ? unrecorded() : null)),
    failure: computed(() => failed.value[0]?.failure ?? (unrecorded().length > 0 ? new Failure('bad_input') : null)),
  })
  return {
    roll,
    failure,
    reload,
    lines,
    day,
    isDayWrong,
    companions,
    recorded,
    failed,
    type,
    takeBack,
    takeHead,
    record,
    settle,
    flush,
    unrecorded,
    isTyped,
    hasResult,
  }
}
export type Recording = ReturnType<typeof useRecording>
