// Batch files on their way from this browser to the center, one after another; they go on while other screens are read.
import { defineStore } from 'pinia'
import { computed, reactive } from 'vue'
import { uploadBatch } from '../../shared/api'
import type { Uploaded } from '../../shared/bindings/console'
import { Failure } from '../../shared/failure'
import { useSession } from '../session'

export interface Upload {
  number: number
  file: File
  state: 'waits' | 'moves' | 'done' | 'failed'
  done: number
  stop: AbortController
  brought: Uploaded | null
  failure: Failure | null
  /** Whether the receipt was fetched: without it the laptop learns nothing. */
  receiptTaken: boolean
}

export const useUploads = defineStore('uploads', () => {
  const list = reactive<Upload[]>([])
  let count = 0
  let running = false

  function add(files: Iterable<File>): void {
    for (const file of files) {
      list.unshift({
        number: (count += 1),
        file,
        state: 'waits',
        done: 0,
        stop: new AbortController(),
        brought: null,
        failure: null,
        receiptTaken: false,
      })
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
    return list.filter((upload) => upload.state === 'waits').at(-1)
  }
  async function send(upload: Upload): Promise<void> {
    upload.state = 'moves'
    try {
      upload.brought = await uploadBatch(upload.file, {
        signal: upload.stop.signal,
        onProgress: ({ done }) => (upload.done = done),
      })
      upload.state = 'done'
    } catch (thrown) {
      upload.failure = Failure.from(thrown)
      upload.state = 'failed'
      useSession().heed(upload.failure)
    }
  }
  function cancel(upload: Upload): void {
    upload.stop.abort()
    if (upload.state === 'waits') remove(upload)
  }
  function again(upload: Upload): void {
    upload.state = 'waits'
    upload.failure = null
    upload.done = 0
    upload.stop = new AbortController()
    void run()
  }
  function remove(upload: Upload): void {
    const at = list.indexOf(upload)
    if (at >= 0) list.splice(at, 1)
  }
  /** Stops everything and forgets it: another person is at the screen. */
  function forget(): void {
    for (const upload of list) upload.stop.abort()
    list.length = 0
  }
  const unfinished = computed(() => list.some((upload) => upload.state === 'moves' || upload.state === 'waits'))
  return { list, add, cancel, again, remove, forget, unfinished }
})
