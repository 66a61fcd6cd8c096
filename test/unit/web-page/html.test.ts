import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { html, trustedMarkup } from '../../../src/web-page/html.ts'

const evil = `"><script>alert('1')</script>&amp;`
const harmless = '&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;'

describe('html', () => {
  it('escapes what is put into text and into attributes', () => {
    expect(String(html`<p title="${evil}">${evil}</p>`)).toBe(`<p title="${harmless}">${harmless}</p>`)
  })

  it('takes markup as it is, and lists of it', () => {
    const items = ['a', evil].map((text) => html`<li>${text}</li>`)
    expect(String(html`<ul>${items}</ul>${trustedMarkup('<hr>')}`)).toBe(`<ul><li>a</li><li>${harmless}</li></ul><hr>`)
  })

  it('leaves nothing where a part is absent, and shows a zero', () => {
    expect(String(html`${undefined}${null}${false}${0}${''}`)).toBe('0')
  })

  it('escapes an object that only looks like markup, such as one that came in as JSON', () => {
    for (const forged of [{ markup: '<script>' }, { toString: () => '<script>' }, [['<script>']]]) {
      expect(String(html`${forged as unknown as string}`)).not.toContain('<script>')
    }
  })

  it('never lets a text out of the place where it was put', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const inner = String(html`<a b="${text}">`).slice(6, -2)
        expect(inner).not.toMatch(/[<>"']/)
      }),
    )
  })
})
