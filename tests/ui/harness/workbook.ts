// A workbook's first sheet, as plain text: what is really in the file.
import { readFileSync } from 'node:fs'
import { inflateRawSync } from 'node:zlib'

/** The cells of its first sheet, row by row. */
export function cellsOf(file: string): string[][] {
  const parts = unzip(readFileSync(file))
  const texts = (xml: string) => [...xml.matchAll(/<t[^>]*>([^<]*)<\/t>/g)].map(([, text]) => text ?? '').join('')
  const shared = [...(parts.get('xl/sharedStrings.xml') ?? '').matchAll(/<si>(.*?)<\/si>/gs)].map(([, xml]) =>
    texts(xml ?? ''),
  )
  const sheet = parts.get('xl/worksheets/sheet1.xml') ?? ''
  return [...sheet.matchAll(/<row [^>]*>(.*?)<\/row>/gs)].map(([, row]) => {
    const cells: string[] = []
    for (const [, column, attributes, inner] of (row ?? '').matchAll(
      /<c r="([A-Z]+)\d+"([^>]*?)(?:\/>|>(.*?)<\/c>)/gs,
    )) {
      const value = /<v>([^<]*)<\/v>/.exec(inner ?? '')?.[1] ?? ''
      cells[(column ?? 'A').charCodeAt(0) - 65] = attributes?.includes('t="s"')
        ? (shared[Number(value)] ?? '')
        : value || texts(inner ?? '')
    }
    return Array.from(cells, (cell) => cell ?? '')
  })
}

/** The parts of a zip by name, from its central directory. */
function unzip(bytes: Buffer): Map<string, string> {
  const parts = new Map<string, string>()
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  let at = bytes.readUInt32LE(end + 16)
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [packed, nameLength, extraLength, noteLength] = [20, 28, 30, 32].map((offset) =>
      offset === 20 ? bytes.readUInt32LE(at + offset) : bytes.readUInt16LE(at + offset),
    ) as [number, number, number, number]
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength)
    const local = bytes.readUInt32LE(at + 42)
    const begin = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const body = bytes.subarray(begin, begin + packed)
    parts.set(name, (bytes.readUInt16LE(at + 10) === 0 ? body : inflateRawSync(body)).toString('utf8'))
    at += 46 + nameLength + extraLength + noteLength
  }
  return parts
}
