import { describe, expect, it } from 'vitest'
import { nepalTime } from '../../../src/nepal/writing.ts'
import { errorSummary, field } from '../../../src/web-page/form-parts.ts'
import { formatAmount, formatDuration } from '../../../src/web-page/format-for-people.ts'
import { html } from '../../../src/web-page/html.ts'
import { page, seeOther, wrongMethod } from '../../../src/web-page/page.ts'

const policyOf = (response: Response) => response.headers.get('content-security-policy')?.split('; ')

describe('page', () => {
  it('Page lets nothing run, load or frame it, and is never stored', async () => {
    const response = page({ title: 'A', body: html`<p>B</p>` })
    const text = await response.text()
    const nonce = /<style nonce="([\da-f]{32})">/.exec(text)?.[1]
    expect(policyOf(response)).toEqual([
      "default-src 'none'",
      `style-src 'nonce-${nonce}'`,
      'img-src data:',
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ])
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(text).not.toContain('<script')
  })

  it('Page runs its own script and asks its own origin only where it is live', async () => {
    const response = page({ title: 'A', body: html`<p>B</p>`, live: true })
    const nonce = /<script nonce="([\da-f]{32})">/.exec(await response.text())?.[1]
    expect(policyOf(response)).toContain(`script-src 'nonce-${nonce}'`)
    expect(policyOf(response)).toContain("connect-src 'self'")
  })

  it('Page says its language, title, status, header and footer, each escaped', async () => {
    const parts = {
      lang: 'ne',
      status: 404,
      title: '<A>',
      wide: true,
      header: html`<p>up</p>`,
      footer: html`<p>down</p>`,
    }
    const response = page({ ...parts, body: html`<p>B</p>` })
    expect(response.status).toBe(404)
    const text = await response.text()
    for (const piece of [
      '<html lang="ne">',
      '<title>&lt;A&gt;</title>',
      '<main class="wide">',
      '<header><p>up',
      '<footer><p>down',
    ]) {
      expect(text).toContain(piece)
    }
  })

  it('Page tells nobody its address by its header, and lets its forms say where they come from only where it is asked to', async () => {
    const parts = { title: 'A', body: html`` }
    for (const [response, isTold] of [
      [page(parts), false],
      [page({ ...parts, referrerPolicy: 'same-origin' }), true],
    ] as const) {
      expect(response.headers.get('referrer-policy')).toBe('no-referrer')
      expect((await response.text()).includes('<meta name="referrer" content="same-origin">')).toBe(isTold)
    }
  })

  it('Page has a nonce of its own each time', () => {
    const parts = { title: 'A', body: html`` }
    expect(policyOf(page(parts))).not.toEqual(policyOf(page(parts)))
  })
})

describe('field', () => {
  const errors = [{ field: 'note', message: 'Write <something>.' }]
  const parts = { id: 'note', label: 'Note', attributes: html`type="text"` }

  it('Field ties its hint and what is wrong to the input, which takes the focus', () => {
    const text = String(field({ ...parts, hint: 'A word', errors }))
    expect(text).toContain('<label for="note">Note</label>')
    expect(text).toContain('aria-describedby="note-error note-hint" required aria-invalid="true" autofocus>')
    expect(text).toContain('id="note-error">Write &lt;something&gt;.')
    expect(String(errorSummary(errors))).toContain('<a href="#note">Write &lt;something&gt;.</a>')
  })

  it('Field says nothing of errors and hints that it does not have', () => {
    const other = [{ field: 'other', message: 'x' }]
    expect(String(field({ ...parts, errors: other, required: false }))).not.toMatch(/aria-|required|autofocus/)
    expect(errorSummary([])).toBeUndefined()
  })
})

describe('answers beside pages', () => {
  it('Answers beside pages sends the browser on with GET, and tells nobody where it came from', () => {
    const response = seeOther('/next')
    expect([response.status, response.headers.get('location')]).toEqual([303, '/next'])
    expect(response.headers.get('referrer-policy')).toBe('no-referrer')
  })

  it('Answers beside pages names the methods that a page has', () => {
    expect(wrongMethod('GET, POST').headers.get('allow')).toBe('GET, POST')
  })
})

describe('formats for people', () => {
  it('Formats for people groups paisa in lakhs, and holds the currency to its number', () => {
    expect([0, 5, 100_000, 12_505_050, 1_234_567_850].map(formatAmount)).toEqual([
      'Rs\u00a00.00',
      'Rs\u00a00.05',
      'Rs\u00a01,000.00',
      'Rs\u00a01,25,050.50',
      'Rs\u00a01,23,45,678.50',
    ])
  })

  it('Formats for people writes a time as it is in Nepal, and a duration in minutes and seconds', () => {
    expect(nepalTime(new Date('2025-01-01T18:20:00Z'))).toBe('2025-01-02 00:05')
    expect([-1, 59_001, 90_000].map(formatDuration)).toEqual(['0 s', '1 min 0 s', '1 min 30 s'])
  })
})
