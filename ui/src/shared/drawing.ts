// What is drawn with mouse, pen or finger: strokes on a white sheet, or on a picture, and the PNG of it.
export interface Point {
  x: number
  y: number
}
export type Stroke = Point[]

/** How it is drawn. */
export interface Look {
  /** Of the sheet; its width is always the same. */
  height: number
  /** The pen. */
  width: number
  ink: string
  /** The picture that is drawn on. */
  under?: HTMLImageElement | null
}

/** Every sheet's width; a stroke's points count in the same pixels. */
export const SHEET_WIDTH = 1200
export const INK = '#1b2426'
export const SIGNATURE: Look = { height: 400, width: 8, ink: INK }

export function paint(canvas: HTMLCanvasElement, strokes: Stroke[], look: Look): void {
  const pen = canvas.getContext('2d')
  if (!pen) return
  pen.fillStyle = '#ffffff'
  pen.fillRect(0, 0, SHEET_WIDTH, look.height)
  if (look.under) pen.drawImage(look.under, 0, 0, SHEET_WIDTH, look.height)
  pen.lineCap = pen.lineJoin = 'round'
  pen.lineWidth = look.width
  pen.strokeStyle = look.ink
  for (const [first, ...rest] of strokes) {
    if (!first) continue
    pen.beginPath()
    pen.moveTo(first.x, first.y)
    // A dot is a stroke too.
    for (const { x, y } of rest.length > 0 ? rest : [{ x: first.x + 0.1, y: first.y }]) pen.lineTo(x, y)
    pen.stroke()
  }
}

/** The PNG; none where the browser cannot make one. */
export function pngOf(strokes: Stroke[], look: Look): Promise<Blob | null> {
  const canvas = document.createElement('canvas')
  canvas.width = SHEET_WIDTH
  canvas.height = look.height
  paint(canvas, strokes, look)
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'))
}
