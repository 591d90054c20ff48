// The way down: the only file that knows which shell it talks to. The window speaks to `desk`, the browser to `center`.
import { convertFileSrc, invoke } from '@tauri-apps/api/core'
import { listen } from '@tauri-apps/api/event'
import type { Routes, UploadLine } from './bindings/console'
import type { ChosenFile, Commands, SyncState } from './bindings/desk'
import { Failure } from './failure'

export { Failure }

export interface Progress {
  done: number
  total: number
}
export type DeskEvent =
  { kind: 'sync'; state: SyncState } | ({ kind: 'progress'; job: string } & Progress) | { kind: 'changed' }
export interface CallOptions {
  onProgress?: (progress: Progress) => void
  signal?: AbortSignal
}

const inWindow = '__TAURI_INTERNALS__' in globalThis

// ── The window ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Runs a command of `desk`. With `onProgress` or `signal` it is a job that tells how far it is and can be cancelled. */
export async function call<N extends keyof Commands>(
  command: N,
  args: Commands[N]['args'],
  options: CallOptions = {},
): Promise<Commands[N]['reply']> {
  const job = options.onProgress || options.signal ? crypto.randomUUID() : null
  const stopListening = job && options.onProgress ? onProgress(job, options.onProgress) : null
  const cancel = () => void invoke('call', { command: 'cancel', args: { job }, job: null })
  try {
    if (options.signal?.aborted) throw new Failure('cancelled')
    options.signal?.addEventListener('abort', cancel, { once: true })
    return await invoke<Commands[N]['reply']>('call', { command, args, job })
  } catch (thrown) {
    throw Failure.from(thrown)
  } finally {
    options.signal?.removeEventListener('abort', cancel)
    stopListening?.()
  }
}

function onProgress(job: string, tell: (progress: Progress) => void): () => void {
  return onDesk((event) => {
    if (event.kind === 'progress' && event.job === job) tell(event)
  })
}

/** Listens to what `desk` tells by itself; the answer stops listening. */
export function onDesk(hear: (event: DeskEvent) => void): () => void {
  const listening = listen<DeskEvent>('desk', (event) => hear(event.payload))
  return () => void listening.then((stop) => stop())
}

export type Choice =
  | {
      what: 'receipt' | 'roster' | 'due_list' | 'official_list' | 'form_sheet' | 'file' | 'audio' | 'video' | 'folder'
      save: false
    }
  | { what: 'batch' | 'ledger' | 'file'; save: true; name: string }

/** Asks for a file in the system's own dialog; null where the person chose none. Paths never come up here. */
export async function chooseFile(choice: Choice): Promise<ChosenFile | null> {
  try {
    return await invoke<ChosenFile | null>('choose', { name: null, ...choice })
  } catch (thrown) {
    throw Failure.from(thrown)
  }
}

/** Hands a file (base64) that was dropped on a screen to the shell, as if it had been chosen. */
export function offerFile(name: string, bytes: string): Promise<ChosenFile> {
  return call('offer_file', { name, bytes })
}

// ── The browser ───────────────────────────────────────────────────────────────────────────────────────────────────────

export interface PostOptions {
  signal?: AbortSignal
  /** Fetched by the page itself, not by somebody at work: it does not put off the sign-out of an idle person. */
  quiet?: boolean
}

/** Posts to the center. */
export async function post<R extends keyof Routes>(
  route: R,
  args: Routes[R]['args'],
  { signal, quiet = false }: PostOptions = {},
): Promise<Routes[R]['reply']> {
  let answer: Response
  try {
    answer = await fetch(`/api/${route}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'Accept-Language': document.documentElement.lang,
        ...(quiet ? { 'X-Bangban-Quiet': '1' } : {}),
      },
      body: JSON.stringify(args),
      credentials: 'same-origin',
      signal,
    })
  } catch {
    throw new Failure(signal?.aborted ? 'cancelled' : 'connection_lost')
  }
  if (answer.ok) return answer.status === 204 ? (null as Routes[R]['reply']) : await answer.json()
  throw Failure.from(await answer.json().catch(() => null))
}

/** A connection on which nothing moves for so long is dead, whatever the system says. */
const STALLED_MS = 45_000

/** Hands bytes of a batch file to the center; `onProgress` tells bytes. (`fetch` cannot tell how far it is.) */
export function sendPiece(
  upload: string,
  from: number,
  bytes: ArrayBuffer,
  { onProgress, signal }: CallOptions = {},
): Promise<UploadLine> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    let stalled = 0
    const abort = () => request.abort()
    const moved = () => {
      window.clearTimeout(stalled)
      stalled = window.setTimeout(abort, STALLED_MS)
    }
    const end = (settle: () => void) => () => {
      window.clearTimeout(stalled)
      signal?.removeEventListener('abort', abort)
      settle()
    }
    request.open('POST', `/api/upload/piece/${encodeURIComponent(upload)}/${from}`)
    request.responseType = 'json'
    request.setRequestHeader('Content-Type', 'application/octet-stream')
    request.setRequestHeader('Accept-Language', document.documentElement.lang)
    request.upload.addEventListener('progress', (event) => {
      moved()
      onProgress?.({ done: event.loaded, total: event.total })
    })
    request.addEventListener(
      'load',
      end(() => {
        if (request.status < 300 && request.response) resolve(request.response as UploadLine)
        // A proxy that lost the center answers in its place.
        else if (request.status >= 502 && !request.response?.code) reject(new Failure('connection_lost'))
        else reject(Failure.from(request.response))
      }),
    )
    request.addEventListener(
      'error',
      end(() => reject(new Failure('connection_lost'))),
    )
    request.addEventListener(
      'abort',
      end(() => reject(new Failure(signal?.aborted ? 'cancelled' : 'connection_lost'))),
    )
    if (signal?.aborted) return reject(new Failure('cancelled'))
    signal?.addEventListener('abort', abort, { once: true })
    moved()
    request.send(bytes)
  })
}

/** Where the receipt of an uploaded batch is downloaded from. */
export function receiptUrl(receipt: string): string {
  return `/api/batch/receipt/${encodeURIComponent(receipt)}`
}

/** Where the workbook of an item's form is downloaded from. */
export function workbookUrl(item: string): string {
  return `/api/form/workbook/${encodeURIComponent(item)}`
}

/** Where a file that answers a question of a case is downloaded from. */
export function fileUrl(id: string, digest: string): string {
  return `/api/case/file/${id}/${digest}`
}

/** Calls back whenever anything in the store changed, and when the connection comes and goes; the answer stops it. */
export function onStore(hear: { changed: () => void; connected: (connected: boolean) => void }): () => void {
  const stream = new EventSource('/api/event/stream')
  stream.addEventListener('changed', () => hear.changed())
  stream.addEventListener('open', () => hear.connected(true))
  stream.addEventListener('error', () => hear.connected(false))
  return () => stream.close()
}

// ── Both ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Where a picture that a form shows beside a question comes from. */
export function formMediaUrl(digest: string): string {
  return inWindow ? convertFileSrc(digest, 'photo') : `/api/form/media/${digest}`
}

/** The same for a sound or film: WebKit plays none from the window's own addresses, so that its bytes are handed up. */
export async function formSoundUrl(digest: string): Promise<string> {
  if (!inWindow) return formMediaUrl(digest)
  const { media, bytes } = await call('form_sound', { digest })
  const data = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))
  return URL.createObjectURL(new Blob([data], { type: media }))
}

/** Where the picture with this digest is shown from. */
export function photoUrl(digest: string): string {
  return inWindow ? convertFileSrc(digest, 'photo') : `/api/photo/${digest}`
}
