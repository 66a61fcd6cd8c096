import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { KhaltiPaymentStatus } from '../../src/react.ts'
import { whyNoChromium } from '../support/chromium.ts'
import { folder, useGallery } from './components/use-gallery.ts'

const why = whyNoChromium()
const title = why ? `the components on bare pages: skipped, ${why}` : 'the components on bare pages, in Chromium'
// As a reset does it: no layer, no edges, no grounds.
const reset = `*, ::before, ::after { box-sizing: border-box; border: 0 solid; margin: 0; padding: 0 }
  button, input { font: inherit; color: inherit; background: transparent } ol, ul { list-style: none }
  h2 { font-size: inherit; font-weight: inherit } a { color: inherit; text-decoration: inherit } svg { display: block }`
const resetInLayer = `@layer base { ${reset} }`

describe.skipIf(why)(title, { timeout: 120_000 }, () => {
  const { browser, look } = useGallery()

  it('The components have visible fields and buttons under a reset, with the sheet and without it', async () => {
    for (const sheet of [true, false]) {
      await look('form', { locale: 'en', css: reset, sheet }, async (page) => {
        for (const selector of ['input[name=name]', 'button']) {
          const edge = await page.locator(selector).evaluate((element) => {
            const { borderTopWidth, borderTopStyle, borderTopColor } = getComputedStyle(element)
            return [borderTopWidth, borderTopStyle, borderTopColor === 'rgba(0, 0, 0, 0)']
          })
          expect(edge).toEqual(['1px', 'solid', false])
        }
        await page.screenshot({ path: `${folder}/reset-${sheet ? 'with' : 'without'}-sheet.png` })
      })
    }
  })

  it('The components keep their looks where a reset in a layer comes later, once the page has the order of the docs', async () => {
    const [first = ''] = /^@layer theme.*;$/m.exec(await readFile('docs/react.md', 'utf8')) ?? []
    for (const [name, card] of [
      ['form', '.khalti-form'],
      ['paid', '.khalti-status'],
    ] as const) {
      await look(name, { locale: 'en', css: resetInLayer, first }, async (page) => {
        const looks = await page.locator(card).evaluate((element) => {
          const { borderTopWidth, borderTopLeftRadius, paddingTop } = getComputedStyle(element)
          return [borderTopWidth, borderTopLeftRadius, paddingTop]
        })
        expect(looks).toEqual(['1px', '12px', '20px'])
        await page.screenshot({ path: `${folder}/reset-later-${name}.png` })
      })
    }
  })

  it('The components have a bold heading over a reset that takes it away', async () => {
    await look('paid', { locale: 'en', first: '@layer base, khalti;', css: resetInLayer }, async (page) => {
      const weight = await page.locator('.khalti-heading').evaluate((heading) => getComputedStyle(heading).fontWeight)
      expect(weight).toBe('700')
    })
  })

  it('The components can be read under a reset without the sheet: nothing overlaps, and signs have their dots', async () => {
    const bare = { locale: 'en', css: `body { line-height: 1.5 } ${reset}`, sheet: false } as const
    const edgesOf = (page: Page, selector: string) =>
      page
        .locator(selector)
        .evaluateAll((all) => all.map((it) => it.getBoundingClientRect()).map((it) => [it.top, it.bottom]))
    await look('form', bare, async (page) => {
      const [labels, inputs] = [await edgesOf(page, 'label'), await edgesOf(page, '.khalti-input')]
      expect(labels.map(([, bottom = 0], i) => bottom <= (inputs[i]?.[0] ?? 0))).toEqual([true, true, true])
      await page.screenshot({ path: `${folder}/bare-form.png` })
    })
    await look('hold', bare, async (page) => {
      const [[top] = [], [, bottom] = []] = [...(await edgesOf(page, 'a')), ...(await edgesOf(page, 'dl'))]
      expect(top).toBeGreaterThanOrEqual(bottom ?? Number.POSITIVE_INFINITY)
      expect(await page.locator('path').evaluate((sign) => getComputedStyle(sign).strokeLinecap)).toBe('round')
      await page.screenshot({ path: `${folder}/bare-hold.png` })
    })
  })

  it('The components stay readable in browsers without color-mix() and light-dark(), also under a finger and in the dark', async () => {
    const styles = await readFile('src/react/styles.css', 'utf8')
    // A function that nobody knows is to this browser what these are to iOS 16.1.
    const css = `${styles.replace(/\b(color-mix|light-dark)\(/g, 'unheard-of-$1(')} :root { color-scheme: light dark }`
    await look('form', { locale: 'en', css, sheet: false, colorScheme: 'dark' }, async (page) => {
      const button = page.locator('.khalti-button')
      await button.hover()
      await page.screenshot({ path: `${folder}/old-browser.png` })
      const colours = await button.evaluate((element) => {
        const { color, backgroundColor } = getComputedStyle(element)
        return [color, backgroundColor]
      })
      expect(colours).toEqual(['rgb(255, 255, 255)', 'rgb(92, 45, 145)'])
      // What the browser fills in itself has the letters of the scheme.
      const scheme = await page.locator('input[name=name]').evaluate((input) => getComputedStyle(input).colorScheme)
      expect(scheme).toBe('light')
    })
  })

  it.each([320, 360, 390])('The receipt ends every value at the same edge on a page of %i pixels', async (width) => {
    await look('paid', { locale: 'en', viewport: { width, height: 844 } }, async (page) => {
      const edges = await page
        .locator('dd')
        .evaluateAll((values) => values.map((value) => Math.round(value.getBoundingClientRect().right)))
      expect(new Set(edges).size).toBe(1)
    })
  })

  it.each([
    ['en', 'Payment not checked – Your orders show what is paid.'],
    ['ne', 'भुक्तानी जाँच्न सकिएन – अर्डर सूचीमा हेर्नुहोस्।'],
  ])('The return page says in %s what to do without JavaScript, and not that it checks', async (locale, text) => {
    const context = await browser().newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } })
    try {
      const page = await context.newPage()
      const markup = renderToString(createElement(KhaltiPaymentStatus, { locale }))
      const styles = await readFile('src/react/styles.css', 'utf8')
      await page.setContent(`<!doctype html><title>Shop</title><style>${styles}</style><main>${markup}</main>`)
      expect(await page.locator('noscript').textContent()).toBe(text)
      expect(await page.locator('noscript').isVisible()).toBe(true)
      expect(await page.locator('[role=status]').isVisible()).toBe(false)
      await page.screenshot({ path: `${folder}/no-script-${locale}.png` })
    } finally {
      await context.close()
    }
  })
})
