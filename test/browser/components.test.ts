import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { whyNoChromium } from '../support/chromium.ts'
import { expectGoodPage } from '../support/good-page.ts'
import { type Setting, type Sight, sights } from './components/gallery.ts'
import { folder, useGallery } from './components/use-gallery.ts'

const why = whyNoChromium()
const title = why ? `the components: skipped, ${why}` : 'the components in Chromium'
const wide = { width: 1280, height: 800 }
const phone = { width: 390, height: 844 }

describe.skipIf(why)(title, { timeout: 120_000 }, () => {
  const { look } = useGallery()

  // Every state in every theme, language and size only where somebody wants to look: SCREENSHOTS=1.
  const all = process.env.SCREENSHOTS === '1'
  const faces = (['en', 'ne'] as const)
    .flatMap((locale) =>
      (['light', 'dark'] as const).flatMap((scheme) =>
        Object.entries({ wide, phone }).map(([size, viewport]) => ({ locale, scheme, size, viewport })),
      ),
    )
    .filter(
      ({ locale, scheme, size }) => all || ['en light phone', 'ne dark wide'].includes(`${locale} ${scheme} ${size}`),
    )

  it.each(faces)(
    'The components pass axe and fit the page in every state: $locale, $scheme, $size',
    async (face) => {
      const { locale, scheme, size, viewport } = face
      const css = `:root { color-scheme: ${scheme} } body { margin: 0.75rem; font-family: sans-serif }`
      for (const name of Object.keys(sights)) {
        await look(name, { locale, viewport, css, reducedMotion: 'reduce' }, async (page) => {
          await expectGoodPage(page)
          await page.screenshot({ path: `${folder}/${name}-${locale}-${scheme}-${size}.png` })
        })
      }
    },
    600_000,
  )

  it.each(['form-faults', 'form-refused', 'paid', 'hold'])(
    'The components fit 320 pixels, as a page of 640 does at twice its size: %s',
    async (name) => {
      await look(name, { locale: 'ne', viewport: { width: 320, height: 568 } }, expectGoodPage)
    },
  )

  const ground = (page: Page) =>
    page.locator('.khalti-status').evaluate((element) => getComputedStyle(element).backgroundColor)
  const [white, black] = ['rgb(255, 255, 255)', 'rgb(28, 26, 32)']

  it.each<[string, Partial<Setting>, string]>([
    ['light where the page says nothing and the system is dark', { colorScheme: 'dark' }, white],
    [
      'as the system where the page leaves it to it',
      { colorScheme: 'dark', css: ':root { color-scheme: light dark }' },
      black,
    ],
    ['dark by a class of the page', { colorScheme: 'light', root: 'class="dark"' }, black],
    ['dark by an attribute of the page', { colorScheme: 'light', root: 'data-theme="dark"' }, black],
    ['dark by color-scheme of the page', { colorScheme: 'light', css: 'body { color-scheme: dark }' }, black],
    ['in the colours of the page', { css: ':root { --khalti-surface: rgb(1, 2, 3) }' }, 'rgb(1, 2, 3)'],
    [
      'as a sheet of the page without a layer says',
      { css: '.khalti-status { background: rgb(4, 5, 6) }' },
      'rgb(4, 5, 6)',
    ],
  ])('The components are %s', async (_, setting, colour) => {
    await look('paid', { locale: 'en', ...setting }, async (page) => expect(await ground(page)).toBe(colour))
  })

  it.each([
    [
      'keep both colours of the button where the page colours every link and button',
      'a, button { color: rgb(1, 2, 3); background: rgb(4, 5, 6) }',
      ['rgb(255, 255, 255)', 'rgb(92, 45, 145)'],
    ],
    [
      'let the page colour their button by its class',
      '.khalti-button { color: rgb(1, 2, 3); background: rgb(4, 5, 6) }',
      ['rgb(1, 2, 3)', 'rgb(4, 5, 6)'],
    ],
  ])('The components %s', async (_, css, colours) => {
    for (const name of ['form', 'paid']) {
      await look(name, { locale: 'en', css }, async (page) => {
        const found = await page.locator('.khalti-button').evaluate((button) => {
          const { color, backgroundColor } = getComputedStyle(button)
          return [color, backgroundColor]
        })
        expect(found).toEqual(colours)
      })
    }
  })

  it('The components have an edge around the pay button in forced colours', async () => {
    await look('form', { locale: 'en', forcedColors: 'active' }, async (page) => {
      const edge = await page.locator('button').evaluate((button) => {
        const { borderTopWidth, borderTopColor, backgroundColor } = getComputedStyle(button)
        return { width: borderTopWidth, visible: borderTopColor !== backgroundColor }
      })
      expect(edge).toEqual({ width: '1px', visible: true })
      await page.screenshot({ path: `${folder}/forced-colours.png` })
    })
  })

  it('The components have an icon in the colour of the text in forced colours, where the page knows no dark', async () => {
    for (const name of ['paid', 'pending', 'canceled']) {
      await look(name, { locale: 'en', forcedColors: 'active', colorScheme: 'dark' }, async (page) => {
        const colourOf = (part: string) =>
          page.locator(`.khalti-${part}`).evaluate((element) => getComputedStyle(element).color)
        expect(await colourOf('icon')).toBe(await colourOf('heading'))
      })
    }
  })

  it('The components turn the spinner slowly for who wants less motion', async () => {
    const turn = (page: Page) =>
      page.locator('.khalti-spinner').evaluate((spinner) => getComputedStyle(spinner).animationDuration)
    await look('form-busy', { locale: 'en' }, async (page) => expect(await turn(page)).toBe('1s'))
    await look('form-busy', { locale: 'en', reducedMotion: 'reduce' }, async (page) =>
      expect(await turn(page)).toBe('6s'),
    )
  })

  it('The components keep the focus at "Check again"', async () => {
    await look('pending', { locale: 'en' }, async (page) => {
      const button = page.getByRole('button', { name: 'Check again' })
      await button.focus()
      await page.keyboard.press('Enter')
      await page.getByText('We keep checking.').waitFor()
      expect(await button.evaluate((element) => element === document.activeElement)).toBe(true)
    })
  })

  it('The components have no copy button on plain http, where browsers have no clipboard', async () => {
    await look('paid', { locale: 'en' }, async (page) => expect(await page.getByRole('button').count()).toBe(0))
  })

  it('The components tell developers what failed, in development only', async () => {
    const missing: Sight = { show: 'status', reply: { status: 404, json: {} } }
    await look(missing, { locale: 'ne', development: true }, async (page) => {
      await page.getByText('mount the checkout there').waitFor()
      await expectGoodPage(page)
      await page.screenshot({ path: `${folder}/developer-hint.png` })
    })
    await look(missing, { locale: 'ne' }, async (page) => {
      expect(await page.locator('.khalti-hint').count()).toBe(0)
    })
  })
})
