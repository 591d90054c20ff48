// What can be done with a form: given once by whoever shows it, used by its parts however deep they stand.
import { inject, provide, type InjectionKey } from 'vue'

export interface FormActs {
  answer: (path: string, value: string) => void
  /** Several answers at once. */
  answerAll: (answers: Record<string, string>) => void
  addRow: (repeat: string) => void
  removeRow: (row: string) => void
  /** A new row that says what this one says. */
  copyRow: (row: string) => void
}

/** A file that is an answer. */
export interface FormFile {
  name: string
  size_bytes: number
  /** It was a picture: it can be shown. */
  picture: boolean
}

/** What a form needs of the program it stands in; without it a form is filled in all the same. */
export interface FormTools {
  /** Cleans what was copied from a web page or a chat. */
  clean?: (text: string, as: 'number' | 'code' | 'line' | 'lines') => Promise<string>
  /** Takes in a picture as the answer to the question at this path. */
  keepPicture?: (path: string, picture: Blob) => Promise<void>
  dropPicture?: (path: string, digest: string) => Promise<void>
  /** Asks for a file in the system's dialog and takes it in as the answer; without it the browser's own is used. */
  chooseFile?: (path: string, kind: string) => Promise<void>
  keepFile?: (path: string, file: File) => Promise<void>
  /** Writes a file that is an answer to where the person says. */
  saveFile?: (digest: string) => Promise<void>
  /** What is known of a file that is an answer. */
  fileOf?: (digest: string) => FormFile | null
  /** Where a picture is shown from. */
  pictureUrl?: (digest: string) => string
  /** Where a picture or sound that the form shows beside a question comes from. */
  mediaUrl?: (key: string) => string
}

const ACTS: InjectionKey<FormActs> = Symbol('acts of a form')
const TOOLS: InjectionKey<FormTools> = Symbol('tools of a form')

export const provideActs = (acts: FormActs) => provide(ACTS, acts)
export function useActs(): FormActs {
  const acts = inject(ACTS)
  if (!acts) throw new Error('this part stands in no form')
  return acts
}
export const provideTools = (tools: FormTools) => provide(TOOLS, tools)
export const useTools = (): FormTools => inject(TOOLS, {})
