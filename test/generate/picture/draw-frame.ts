import type { Page } from 'playwright-core'

// These run in a page of the browser that makes the pictures, so each can use nothing from outside of itself. Between them
// stand two canvases: one as the picture is now, one as it was in the last frame. One CSS pixel of what is filmed has two.

/** What is to be seen at one moment. */
export interface Still {
  /** A PNG of the page, base64. */
  screen: string
  url: string
  /** What stands below the window. */
  caption: string
  /** In CSS pixels of the page. */
  pointer: { x: number; y: number }
  pressed: boolean
}

/** The part of the picture that has changed since the last frame. */
export interface Drawn {
  /** A still WebP, base64. */
  still: string
  x: number
  y: number
  width: number
  height: number
}

/** Draws the moment, and gives what has changed; undefined where nothing has. */
export async function drawFrame(studio: Page, still: Still): Promise<Drawn | undefined> {
  await studio.evaluate(drawWindow, still)
  await studio.evaluate(drawPointer, still)
  const change = await studio.evaluate(findChange)
  return change && { ...change, still: await studio.evaluate(cutOut, change) }
}

async function drawWindow({ screen, url, caption }: Still): Promise<void> {
  const [bar, foot] = [88, 76]
  const image = new Image()
  image.src = `data:image/png;base64,${screen}`
  await image.decode()
  const [width, height] = [image.width, image.height + bar + foot]
  if (document.querySelector('canvas') === null) {
    for (const id of ['now', 'before']) {
      document.body.append(Object.assign(document.createElement('canvas'), { id, width, height }))
    }
  }
  const canvas = document.querySelector('canvas')
  const pen = canvas?.getContext('2d', { willReadFrequently: true, alpha: false })
  if (!pen) throw new Error('There is nothing to draw on.')
  pen.fillStyle = '#e4dfeb'
  pen.fillRect(0, 0, width, bar)
  pen.fillStyle = '#c9bfd6'
  for (const x of [40, 76, 112]) {
    pen.beginPath()
    pen.arc(x, bar / 2, 11, 0, 7)
    pen.fill()
  }
  pen.fillStyle = '#fff'
  pen.beginPath()
  pen.roundRect(160, 18, width - 200, bar - 36, 26)
  pen.fill()
  Object.assign(pen, { font: '26px sans-serif', fillStyle: '#5a5166', textBaseline: 'middle', textAlign: 'start' })
  pen.fillText(url.replace(/^https?:\/\//, '').replace(/\?.*$/, ''), 188, bar / 2 + 1)
  pen.drawImage(image, 0, bar)
  pen.fillStyle = '#5c2d91'
  pen.fillRect(0, height - foot, width, foot)
  Object.assign(pen, { font: 'bold 30px sans-serif', fillStyle: '#fff', textAlign: 'center' })
  pen.fillText(caption, width / 2, height - foot / 2 + 1)
}

function drawPointer({ pointer, pressed }: Still): void {
  const bar = 88
  const pen = document.querySelector('canvas')?.getContext('2d')
  if (!pen) throw new Error('There is nothing to draw on.')
  const [x, y] = [pointer.x * 2, pointer.y * 2 + bar]
  pen.fillStyle = 'rgb(92 45 145 / 35%)'
  pen.beginPath()
  pen.arc(x, y, pressed ? 34 : 0, 0, 7)
  pen.fill()
  Object.assign(pen, { fillStyle: '#1f1829', strokeStyle: '#fff', lineWidth: 4 })
  const arrow = new Path2D(`M${x} ${y}v42l10 -9 7 16 7 -3 -7 -16h14z`)
  pen.stroke(arrow)
  pen.fill(arrow)
}

/** The smallest rectangle around all pixels that differ from the last frame; all of the first one. Begins at even numbers. */
function findChange(): Omit<Drawn, 'still'> | undefined {
  const canvases = [...document.querySelectorAll('canvas')]
  const [now, before] = canvases.map((canvas) => {
    const pixels = canvas
      .getContext('2d', { willReadFrequently: true })
      ?.getImageData(0, 0, canvas.width, canvas.height)
    return new Uint32Array(pixels?.data.buffer ?? new ArrayBuffer(0))
  })
  if (now === undefined || before === undefined) return undefined
  const { width = 0 } = canvases[0] ?? {}
  let [left, top, right, bottom] = [width, now.length, 0, 0]
  now.forEach((colour, at) => {
    if (colour === before[at]) return
    const [x, y] = [at % width, Math.floor(at / width)]
    left = Math.min(left, x)
    right = Math.max(right, x + 1)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y + 1)
  })
  const [x, y] = [left - (left % 2), top - (top % 2)]
  return right === 0 ? undefined : { x, y, width: right - x, height: bottom - y }
}

async function cutOut({ x, y, width, height }: Omit<Drawn, 'still'>): Promise<string> {
  const [now, before] = document.querySelectorAll('canvas')
  if (now === undefined) throw new Error('There is nothing to cut out of.')
  before?.getContext('2d')?.drawImage(now, 0, 0)
  const part = new OffscreenCanvas(width, height)
  part.getContext('2d', { alpha: false })?.drawImage(now, -x, -y)
  const blob = await part.convertToBlob({ type: 'image/webp', quality: 0.7 })
  const bytes = new Uint8Array(await blob.arrayBuffer())
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}
