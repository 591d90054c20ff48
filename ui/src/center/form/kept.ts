// What is put into a form that is only tried: pictures and files stay in this browser and go with the trial. Pictures that
// the form itself shows come from the files that were brought.
import { Failure } from '../../shared/failure'
import type { FormFile } from '../../shared/form/acts'

/** As much as a laptop takes. */
const MOST_BYTES = 16 * 1024 * 1024
/** A sound is played only by what it is. */
const TYPES: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  ogg: 'audio/ogg',
  oga: 'audio/ogg',
  opus: 'audio/ogg',
  wav: 'audio/wav',
  flac: 'audio/flac',
  mp4: 'video/mp4',
  webm: 'video/webm',
}

export async function digestOf(bytes: ArrayBuffer): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

export function makeKept() {
  const files = new Map<string, FormFile & { url: string }>()
  const shown = new Map<string, string>()

  /** Keeps it and says what it is named by, as a laptop would. */
  async function keep(file: Blob, name: string): Promise<string> {
    if (file.size > MOST_BYTES) throw new Failure('file_too_large', { most_mib: MOST_BYTES >> 20 })
    let digest: string
    try {
      digest = await digestOf(await file.arrayBuffer())
    } catch {
      throw new Failure('file_unreadable')
    }
    if (!files.has(digest)) {
      const picture = file.type.startsWith('image/')
      files.set(digest, { name, size_bytes: file.size, picture, url: URL.createObjectURL(file) })
    }
    return digest
  }
  async function keepPicture(file: Blob): Promise<string> {
    if (!file.type.startsWith('image/')) throw new Failure('photo_unreadable')
    return keep(file, '')
  }
  function urlOf(digest: string): string {
    return files.get(digest)?.url ?? ''
  }
  function fileOf(digest: string): FormFile | null {
    return files.get(digest) ?? null
  }
  /** A file of the form, by its name among those that were brought. */
  function shownUrl(brought: Record<string, string | undefined>, name: string): string {
    const known = shown.get(name)
    if (known) return known
    const text = brought[name]
    if (text === undefined) return ''
    const type = TYPES[name.toLowerCase().split('.').at(-1) ?? ''] ?? 'application/octet-stream'
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
    const url = URL.createObjectURL(new Blob([bytes], { type }))
    shown.set(name, url)
    return url
  }
  function forget(): void {
    for (const { url } of files.values()) URL.revokeObjectURL(url)
    for (const url of shown.values()) URL.revokeObjectURL(url)
    files.clear()
    shown.clear()
  }
  return { keep, keepPicture, urlOf, fileOf, shownUrl, forget }
}
