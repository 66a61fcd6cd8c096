import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openFilm } from '../generate/picture/film.ts'
import { launchChromium, whyNoChromium } from '../support/chromium.ts'

const why = whyNoChromium()

describe.skipIf(why)(why ? `the moving picture: skipped, ${why}` : 'the moving picture', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(() => browser?.close())

  it('A film has a frame for every change, which a browser can show', async () => {
    const film = await openFilm(browser, () => 'A caption')
    await film.page.setContent('<button onclick="document.body.style.background = `red`">Press</button>')
    await film.hold(100)
    await film.hold(50)
    await film.press(film.page.getByRole('button'))
    await film.hold(300)
    const base64 = (await film.develop()).toString('base64')
    const page = await browser.newPage()
    // What decodes pictures frame by frame is there for secure pages only.
    await page.route('http://localhost/', (route) => route.fulfill({ contentType: 'text/html', body: '' }))
    await page.goto('http://localhost/')
    const frames = await page.evaluate(async (data) => {
      const bytes = await (await fetch(`data:image/webp;base64,${data}`)).arrayBuffer()
      const decoder = new ImageDecoder({ data: bytes, type: 'image/webp' })
      await decoder.tracks.ready
      const { frameCount = 0 } = decoder.tracks.selectedTrack ?? {}
      const found: { ms: number; colour: number[] }[] = []
      for (let frameIndex = 0; frameIndex < frameCount; frameIndex += 1) {
        const { image } = await decoder.decode({ frameIndex })
        const pen = new OffscreenCanvas(image.displayWidth, image.displayHeight).getContext('2d')
        pen?.drawImage(image, 0, 0)
        const [red = 0, green = 0] = pen?.getImageData(image.displayWidth / 2, 600, 1, 1).data ?? []
        found.push({ ms: (image.duration ?? 0) / 1000, colour: [red, green] })
      }
      return found
    }, base64)
    await page.context().close()
    expect(frames.length).toBe(7)
    expect(frames[0]).toEqual({ ms: 150, colour: [255, 255] })
    expect(frames.at(-1)?.ms).toBe(300)
    expect(frames.at(-1)?.colour[1]).toBeLessThan(60)
  })
})
