import type { Browser, Locator, Page } from 'playwright-core'
import { animatedWebp, type Frame } from './animated-webp.ts'
import { drawFrame } from './draw-frame.ts'

/** In CSS pixels; the picture has twice as many. */
const window = { width: 640, height: 500 }

/** A browser window that is filmed, with its address, a pointer and what it shows. */
export interface Film {
  page: Page
  /** Shows what is there now, for so long. */
  hold(ms: number): Promise<void>
  /** Moves the pointer to an element and presses it. */
  press(target: Locator): Promise<void>
  /** Types a text, as people do. */
  type(target: Locator, text: string): Promise<void>
  /** The picture, a WebP that moves. */
  develop(): Promise<Buffer>
}

/** Opens a window to film in; `captionOf` says what the address is, for the line below the window. */
export async function openFilm(browser: Browser, captionOf: (url: string) => string): Promise<Film> {
  const options = { deviceScaleFactor: 2, viewport: window, colorScheme: 'light' as const }
  const page = await (await browser.newContext(options)).newPage()
  const studio = await (await browser.newContext({ viewport: window })).newPage()
  const frames: Frame[] = []
  let pointer = { x: window.width * 0.8, y: window.height * 0.9 }

  async function shoot(ms: number, pressed = false): Promise<void> {
    const screen = (await page.screenshot({ caret: 'initial' })).toString('base64')
    const drawn = await drawFrame(studio, { screen, url: page.url(), caption: captionOf(page.url()), pointer, pressed })
    const last = frames.at(-1)
    if (drawn !== undefined) frames.push({ ...drawn, still: Buffer.from(drawn.still, 'base64'), ms })
    else if (last !== undefined) last.ms += ms
  }

  async function press(target: Locator): Promise<void> {
    const box = await target.boundingBox()
    if (box === null) throw new Error('What is to be pressed is not to be seen.')
    const [from, to] = [pointer, { x: box.x + Math.min(box.width / 2, 120), y: box.y + box.height * 0.6 }]
    for (const part of [0.15, 0.5, 0.85, 1]) {
      pointer = { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part }
      await shoot(60)
    }
    await target.hover()
    await shoot(250, true)
    await target.click()
    await page.waitForLoadState('networkidle')
  }

  return {
    page,
    hold: shoot,
    press,
    async type(target, text) {
      await press(target)
      for (const piece of text.match(/.{1,4}/g) ?? []) {
        await target.pressSequentially(piece)
        await shoot(140)
      }
    },
    async develop() {
      await page.context().close()
      await studio.context().close()
      return animatedWebp(frames)
    },
  }
}
