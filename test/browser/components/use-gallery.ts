import { mkdir } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { launchChromium } from '../../support/chromium.ts'
import { type Gallery, openGallery, type Setting, type Sight, sights } from './gallery.ts'

/** Where the pictures of the components go. */
export const folder = '.tmp/screens'

/** A gallery in a Chromium of its own, for the tests of one `describe`. */
export function useGallery() {
  let browser: Browser
  let gallery: Gallery
  beforeAll(async () => {
    await mkdir(folder, { recursive: true })
    browser = await launchChromium()
    gallery = await openGallery(browser)
  }, 120_000)
  afterAll(() => browser?.close())

  return {
    browser: () => browser,
    /** Looks at a sight, or at the one of this name. */
    look: (sight: Sight | string, setting: Setting, see: (page: Page) => Promise<void>) =>
      gallery.look(typeof sight === 'string' ? (sights[sight] ?? { show: 'status' }) : sight, setting, see),
  }
}
