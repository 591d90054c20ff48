// Batch files on their way from this browser to the center, one after another; they go on while other screens are read,
// after a cut by themselves, and after the page was loaded anew once the file is chosen again.
import { defineStore } from 'pinia'
import { computed, reactive } from 'vue'
import { sendPiece } from '../../shared/api'
import type { BroughtByUpload, UploadLine, UploadWork } from '../../shared/bindings/console'
import { Failure } from '../../shared/failure'
import { ask } from '../ask'
import { useSession } from '../session'
import { markOf } from './mark'
import { makeSpeed } from './speed'

/** What one request carries: a proxy on the way may keep it whole before it hands it on. */
const PIECE_BYTES = 8 * 1024 * 1024
const LOOK_EVERY_MS = 1000
const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 30_000

export interface Upload {
  number: number
  /** The center's name for it, once it knows of it. */
  id: string | null
  name: string
  size: number
  /** None after the page was loaded anew: a browser forgets it. */
  file: File | null
  /**
   * `waits`: its turn comes. `moves`: its bytes go up. `cut`: the line broke, it goes on by itself. `left`: begun before the
   * page was loaded anew. `queued`, `checking`, `taking`: the center is at it. Then `done` or `failed`.
   */
  state: 'waits' | 'moves' | 'cut' | 'left' | 'queued' | 'checking' | 'taking' | 'done' | 'failed'
  /** Bytes that are there. */
  done: number
  /** Bytes a second, once known. */
  speed: number | null
  work: UploadWork | null
  brought: BroughtByUpload | null
  failure: Failure | null
  /** The receipt for what was taken before it failed. */
  partly: string | null
  /** Whether the receipt was fetched: without it the laptop learns nothing. */
  receiptTaken: boolean
  stop: AbortController
}

const AT_CENTER: Upload['state'][] = ['queued', 'checking', 'taking']

export const useUploads = defineStore('uploads', () => {
  const list = reactive<Upload[]>([])
  let count = 0
  let running = false
  let looking = 0
  /** Ends a pause before its time. */
  let wake: () => void = () => undefined

  function put(known: Pick<Upload, 'name' | 'size' | 'file' | 'state'> & Partial<Upload>): Upload {
    list.push({
      number: (count += 1),
      id: null,
      done: 0,
      speed: null,
      work: null,
      brought: null,
      failure: null,
      partly: null,
      receiptTaken: false,
      stop: new AbortController(),
      ...known,
    })
    return list.at(-1) as Upload
  }

  function add(files: Iterable<File>): void {
    for (const file of files) {
      // Probably the one that was left: the center says so, or that it is another.
      const left = list.find(({ state, name, size }) => state === 'left' && size === file.size && name === file.name)
      if (left) Object.assign(left, { file, state: 'waits' })
      else put({ name: file.name, size: file.size, file, state: 'waits' })
    }
    void run()
  }

  async function run(): Promise<void> {
    if (running) return
    running = true
    for (let next = oldestWaiting(); next; next = oldestWaiting()) await send(next)
    running = false
  }
  function oldestWaiting(): Upload | undefined {
    return list.find(({ state }) => state === 'waits')
  }

  /** Sends a file to its end, over as many connections as that takes. */
  async function send(upload: Upload): Promise<void> {
    for (let pause = FIRST_PAUSE_MS; ;) {
      const before = upload.done
      try {
        await sendOnce(upload)
        return
      } catch (thrown) {
        const failure = Failure.from(thrown)
        if (upload.stop.signal.aborted) return
        if (failure.code === 'not_signed_in') {
          // Whoever signs in again goes on with it.
          upload.state = 'cut'
          return
        }
        if (failure.code !== 'connection_lost') return fail(upload, failure)
        if (upload.done > before) pause = FIRST_PAUSE_MS
      }
      upload.state = 'cut'
      upload.speed = null
      await new Promise<void>((done) => {
        const timer = window.setTimeout(done, pause)
        wake = () => {
          window.clearTimeout(timer)
          done()
        }
      })
      if (upload.stop.signal.aborted) return
      pause = Math.min(2 * pause, LONGEST_PAUSE_MS)
    }
  }

  async function sendOnce(upload: Upload): Promise<void> {
    const { file } = upload
    if (!file) return void (upload.state = 'left')
    const { signal } = upload.stop
    const mark = await readable(markOf(file))
    const begun = await ask('upload/begin', { name: file.name, size_bytes: file.size, mark }, { signal })
    const other = list.find((one) => one !== upload && one.id === begun.id)
    if (other) list.splice(list.indexOf(other), 1)
    const wasLeft = upload.id !== null && upload.id !== begun.id
    upload.id = begun.id
    if (wasLeft) void recall()
    upload.state = 'moves'
    upload.done = begun.held_bytes
    const speed = makeSpeed()
    while (upload.done < file.size) {
      const from = upload.done
      // Read first: a stick that was pulled out is no broken line.
      const piece = await readable(file.slice(from, from + PIECE_BYTES).arrayBuffer())
      const line = await heeded(
        sendPiece(begun.id, from, piece, {
          signal,
          onProgress: ({ done }) => {
            upload.done = Math.min(from + done, file.size)
            upload.speed = speed.note(upload.done, performance.now())
          },
        }),
      )
      upload.done = line.held_bytes
    }
    upload.speed = null
    await take(upload)
  }

  /** All bytes are there: the center goes through them, and this page looks on. */
  async function take(upload: Upload): Promise<void> {
    if (!upload.id) return
    see(upload, await ask('upload/take', { id: upload.id }))
    look()
  }

  function fail(upload: Upload, failure: Failure): void {
    upload.state = 'failed'
    upload.failure = failure
  }

  function see(upload: Upload, line: UploadLine): void {
    upload.work = line.work
    upload.brought = line.brought
    upload.partly = line.failure?.receipt ?? null
    upload.failure = line.failure ? new Failure(line.failure.code) : null
    if (line.state !== 'coming' && line.state !== 'whole') upload.state = line.state
  }

  /** Looks now and then while the center is at work on a file. */
  function look(): void {
    if (looking) return
    looking = window.setTimeout(() => {
      looking = 0
      void lookOnce()
    }, LOOK_EVERY_MS)
  }
  async function lookOnce(): Promise<void> {
    const watched = list.filter(({ state }) => AT_CENTER.includes(state))
    if (watched.length === 0) return
    try {
      const lines = await ask('upload/list', {}, { quiet: true })
      for (const upload of watched) {
        const line = lines.find(({ id }) => id === upload.id)
        if (!line) remove(upload)
        // The center was started anew in the middle: it takes the file once more, nothing is taken twice.
        else if (line.state === 'whole') await take(upload)
        else see(upload, line)
      }
    } catch (thrown) {
      if (Failure.from(thrown).code === 'not_signed_in') return
    }
    look()
  }

  /** What the center knows of this person's files: to be called when she is at the screen again. */
  async function recall(): Promise<void> {
    let lines: UploadLine[]
    try {
      lines = await ask('upload/list', {})
    } catch {
      return
    }
    for (const line of lines) {
      if (list.some(({ id }) => id === line.id)) continue
      const upload = put({
        id: line.id,
        name: line.name,
        size: line.size_bytes,
        file: null,
        state: 'left',
        done: line.held_bytes,
      })
      if (line.state === 'whole') await take(upload).catch((thrown) => fail(upload, Failure.from(thrown)))
      else see(upload, line)
    }
    for (const upload of list) if (upload.state === 'cut' && upload.file) upload.state = 'waits'
    void run()
    look()
  }

  /** Tries a file again that failed, or one whose line broke, at once. */
  function again(upload: Upload): void {
    if (upload.state === 'cut') return wake()
    upload.failure = null
    upload.partly = null
    if (upload.file) {
      upload.state = 'waits'
      upload.stop = new AbortController()
      void run()
    } else {
      void take(upload).catch((thrown) => fail(upload, Failure.from(thrown)))
    }
  }

  /** Gives a file up, and what is there of it. */
  function discard(upload: Upload): void {
    const { id } = upload
    upload.stop.abort()
    remove(upload)
    wake()
    // What stays behind for want of a line shows again after the next sign-in.
    if (id) void ask('upload/discard', { id }).catch(() => undefined)
  }
  function remove(upload: Upload): void {
    const at = list.findIndex(({ number }) => number === upload.number)
    if (at >= 0) list.splice(at, 1)
  }
  /** Stops everything and forgets it: another person is at the screen. */
  function forget(): void {
    for (const upload of list) upload.stop.abort()
    list.length = 0
    wake()
  }
  /** What is at work on top, then what waits for its turn, then the rest; each as it was begun. */
  const inOrder = computed(() => {
    const rank = ({ state }: Upload) =>
      state === 'moves' || state === 'cut' || AT_CENTER.includes(state) ? 0 : state === 'waits' ? 1 : 2
    return [...list].sort((one, other) => rank(one) - rank(other) || one.number - other.number)
  })
  /** Bytes are still in this browser alone. */
  const unfinished = computed(() => list.some(({ state }) => ['waits', 'moves', 'cut'].includes(state)))
  return { list, inOrder, add, again, discard, recall, forget, unfinished }
})

/** What is asked of the file itself: it may be gone, or its stick pulled out. */
async function readable<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading
  } catch {
    throw new Failure('file_unreadable')
  }
}

async function heeded<T>(asking: Promise<T>): Promise<T> {
  try {
    return await asking
  } catch (thrown) {
    // So that whoever was signed out is asked to sign in.
    useSession().heed(Failure.from(thrown))
    throw thrown
  }
}
