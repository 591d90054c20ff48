// What an administrator chose or dropped, as the center takes it: one workbook, the tables it reads, what it shows.
import type { BringArgs } from '../../shared/bindings/console'
import { Failure } from '../../shared/failure'

/** More does not fit into one question to the center; what a form may really weigh the center says. */
const MOST_SENT = 1_500_000
const CHUNK = 0x8000

const BESIDE = /\.(csv|png|jpe?g|webp|gif|mp3|m4a|og[ga]|opus|wav|flac|mp4|webm)$/

/** The chosen files by what they are. */
export interface Chosen<F> {
  workbook: F | null
  /** Tables that it reads, pictures and sounds that it shows. */
  others: F[]
  /** Names of what is neither, and of workbooks beyond the first. */
  left: string[]
}

export function sortFiles<F extends { name: string }>(files: Iterable<F>): Chosen<F> {
  const chosen: Chosen<F> = { workbook: null, others: [], left: [] }
  for (const file of files) {
    const name = file.name.toLowerCase()
    // Excel keeps a lock beside an open workbook; it is no form.
    const isWorkbook = name.endsWith('.xlsx') && !name.startsWith('~$')
    if (isWorkbook && !chosen.workbook) chosen.workbook = file
    else if (BESIDE.test(name)) chosen.others.push(file)
    else chosen.left.push(file.name)
  }
  return chosen
}

export function base64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK))
  return btoa(text)
}

/** What is sent, with what was chosen now laid over what was chosen before; null while there is no workbook. */
export async function gathered(before: BringArgs | null, chosen: Chosen<File>): Promise<BringArgs | null> {
  const name = chosen.workbook?.name ?? before?.name
  const workbook = chosen.workbook ? await read(chosen.workbook) : before?.workbook
  if (name === undefined || workbook === undefined) return null
  const others = await Promise.all(chosen.others.map(async (file) => [file.name, await read(file)] as const))
  const files = { ...before?.files, ...Object.fromEntries(others) }
  const size = [workbook, ...Object.values(files)].reduce((sum, text) => sum + (text ?? '').length, 0)
  if (size > MOST_SENT) throw new Failure('form_too_large')
  return { name, workbook, files }
}

function read(file: File): Promise<string> {
  return readSent(file, 'form_too_large')
}

/** A file as it is sent; one that cannot be sent is refused with this code before it is read. */
export async function readSent(file: File, tooLarge: string): Promise<string> {
  if (file.size > MOST_SENT) throw new Failure(tooLarge)
  try {
    return base64(new Uint8Array(await file.arrayBuffer()))
  } catch {
    throw new Failure('file_unreadable')
  }
}
