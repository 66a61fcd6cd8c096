import type { AdminPagesOptions } from 'khalti-kit/admin'
import { adminPages } from 'khalti-kit/admin'
import { CheckoutRefusal } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { wordsOf } from '../../support/admin.ts'
import { openDesk, viewWith, waysOf } from '../../support/admin-desk.ts'

const named = (name: unknown) => ({ name })
const openTo = (who: unknown) => openDesk({ options: { authorize: (() => who) as AdminPagesOptions['authorize'] } })

/** The page of an answer, all of whose words are these. */
async function pageThatSays(
  response: Response,
  said: { status: number; title: string; words: string },
): Promise<string> {
  const page = await response.text()
  const [, title] = /<title>(.*?)<\/title>/.exec(page) ?? []
  expect({ status: response.status, title, words: wordsOf(page) }).toEqual(said)
  return page
}

describe('who may see the pages', () => {
  it.each<[what: string, who: unknown, name: string | undefined]>([
    ['a name', named('Gita'), 'Gita'],
    ['a name with spaces around it', named(' Gita Rai '), 'Gita Rai'],
    ['nothing', undefined, undefined],
    ['null', null, undefined],
    ['a text', 'Gita', undefined],
    ['true', true, undefined],
    ['a name that is none', named(''), undefined],
    ['a name of spaces', named(' \n'), undefined],
    ['a name that is no text', named(7), undefined],
    ['an object that says trim', named({ trim: () => 'Gita' }), undefined],
    ['no name', {}, undefined],
    ['a function', function gita() {}, undefined],
    ['an error', new Error('no'), undefined],
    ['a TypeError', new TypeError('no'), undefined],
    ['an error of another realm', { name: 'Error', [Symbol.toStringTag]: 'DOMException' }, undefined],
    ['an error whose tag was changed', Object.assign(new Error('no'), { [Symbol.toStringTag]: 'Object' }), undefined],
    ['somebody whose tag goes on after the word', { name: 'Gita', [Symbol.toStringTag]: 'Error] log' }, 'Gita'],
  ])('An authorize that gives %s lets in just who has a name', async (_what, who, name) => {
    const desk = openTo(who)
    const response = await desk.ask('/order?id=topi')
    const words = wordsOf(await response.text())
    expect(response.status).toBe(name === undefined ? 401 : 200)
    if (name !== undefined) expect(words).toContain(`Signed in as ${name} · English नेपाली`)
    else {
      expect(words).toBe('Payments Please sign in These pages are for the shop&#39;s people. English नेपाली')
      expect(response.headers.get('www-authenticate')).toBe('Bearer')
      expect(desk.calls).toEqual([])
    }
  })

  it('A name is written down without the spaces around it', async () => {
    const desk = openTo(named(' Gita Rai '))
    await desk.ask('/accept', { order: 'topi', pidx: 'one' })
    expect(desk.acts()).toEqual([['accept', 'one', { by: 'Gita Rai' }]])
  })

  it.each([undefined, null, {}, { authorize: 'Gita' }])(
    'The pages of %j are not made: they need an authorize',
    (options) => {
      const refusal = new TypeError('adminPages needs `authorize`, a function that says who asks. There is no default.')
      expect(() => adminPages(options as never)).toThrow(refusal)
    },
  )

  it('A Response that authorize throws is the answer, and any other error is for the checkout', async () => {
    const away = new Response('away', { status: 418 })
    const failing = (error: unknown) => openDesk({ options: { authorize: () => Promise.reject(error) } }).ask('')
    expect(await failing(away)).toBe(away)
    await expect(failing(new Error('no session store'))).rejects.toThrow('no session store')
  })

  const login = (location: string | undefined) => () =>
    new Response(null, { status: 302, headers: location === undefined ? {} : { location } })
  const form = (mode: string) => ({ headers: { 'sec-fetch-mode': mode } })
  it.each<[what: string, location: string | undefined, fields: object | undefined, mode: string, isPage: boolean]>([
    ['a form', '/login', {}, 'navigate', true],
    ['a form, to another host,', 'https://login.example/in', {}, 'navigate', true],
    ['a form, to a host without encryption,', 'http://login.example/in', {}, 'navigate', true],
    ['a form, to a script,', 'javascript:alert(1)', {}, 'navigate', false],
    ['a form, to a protocol that begins so,', 'https-like:alert(1)', {}, 'navigate', false],
    ['a form, to a protocol that ends so,', 'xhttps:alert(1)', {}, 'navigate', false],
    ['a form, to what is no address,', 'https://[', {}, 'navigate', false],
    ['a form, to nowhere,', undefined, {}, 'navigate', false],
    ['a form that a script sends', '/login', {}, 'cors', false],
    ['a page', '/login', undefined, 'navigate', false],
  ])(
    'A redirect of %s is a page with a link where a browser would not follow it',
    async (_what, location, fields, mode, isPage) => {
      const desk = openDesk({ options: { authorize: login(location) } })
      const response = await desk.ask('/look', fields as Record<string, unknown> | undefined, form(mode))
      const page = await response.text()
      expect(response.status).toBe(isPage ? 401 : 302)
      if (!isPage) return
      expect(page).toContain(`<a href="${location}">Please sign in</a>`)
      expect(page).toContain('<title>Please sign in · Payments</title>')
      expect(wordsOf(page)).toBe(
        'Payments You are not signed in any more. Nothing was done. Please sign in English नेपाली',
      )
    },
  )
})

describe('what is behind the pages', () => {
  it.each<[path: string, methods: string]>([
    ['', 'GET'],
    ['/orders', 'GET'],
    ['/orders.csv', 'GET'],
    ['/order', 'GET'],
    ['/refund', 'GET, POST'],
    ['/look', 'POST'],
    ['/accept', 'GET, POST'],
    ['/attended', 'POST'],
    ['/resolve', 'GET, POST'],
  ])('The path %j answers to %s', async (path, methods) => {
    const desk = openDesk()
    for (const method of ['GET', 'POST'] as const) {
      const { status, headers } = await desk.ask(path, method === 'POST' ? {} : undefined)
      expect([method, status === 405]).toEqual([method, !methods.includes(method)])
      if (status === 405) expect(headers.get('allow')).toBe(methods)
    }
  })

  it('A HEAD has the headers of the page and no body', async () => {
    const { status, body, headers } = await openDesk().ask('', undefined, { method: 'HEAD' })
    expect([status, body, headers.get('content-type')]).toEqual([200, null, 'text/html; charset=utf-8'])
  })

  it('A path that there is not is answered with the page for what is not found', async () => {
    const desk = openDesk()
    const page = await pageThatSays(await desk.ask('/nowhere'), {
      status: 404,
      title: 'Nothing found · Payments',
      words:
        'Payments Nothing found There is no order, payment or transaction with this id. Order, payment or transaction The whole id, as the customer reads it out. Search Signed in as Gita · English नेपाली',
    })
    expect(page).toContain('<input id="id" name="id" type="search" value=""')
  })

  it.each([
    ['/order?id=another', 'another'],
    ['/order', ''],
  ])('A search at %s that finds nothing has %j in its field again', async (address, value) => {
    expect(await (await openDesk().ask(address)).text()).toContain(`type="search" value="${value}"`)
  })

  it('A search goes to the order, in the language that was asked for', async () => {
    expect(waysOf(await (await openDesk().ask('/nowhere')).text())).toEqual(['get /order'])
    expect(waysOf(await (await openDesk().ask('/nowhere?lang=ne')).text())).toEqual(['get /order?lang=ne lang=ne'])
  })

  it('A page that fails says so with a way home, and the shop hears of it', async () => {
    const error = new Error('hunter2')
    const desk = openDesk({ checkout: { orders: () => Promise.reject(error) } })
    const page = await pageThatSays(await desk.ask('/orders'), {
      status: 500,
      title: 'That did not work · Payments',
      words:
        'Payments That did not work Something went wrong in the shop&#39;s system. The error is in its log. Overview Signed in as Gita · English नेपाली',
    })
    expect([waysOf(page), desk.reports]).toEqual([[' Overview'], [[error, undefined]]])
    const refusing = openDesk({ checkout: { orders: () => Promise.reject(new CheckoutRefusal(403, 'Not today.')) } })
    expect([(await refusing.ask('')).status, refusing.reports]).toEqual([403, []])
  })
})

describe('the frame of the pages', () => {
  const titled = (title?: string) => openDesk({ options: { title } })

  it.each<[address: string, title: string | undefined, tab: string, header: string]>([
    ['', undefined, 'Payments', 'Payments'],
    ['?lang=ne', undefined, 'भुक्तानीहरू', 'भुक्तानीहरू'],
    ['', 'Himal Clothing', 'Himal Clothing', 'Himal Clothing'],
    ['/orders', 'Himal Clothing', 'All orders · Himal Clothing', 'Himal Clothing'],
    ['/order?id=topi', undefined, 'Dhaka topi · Payments', 'Payments'],
  ])('The page %j of a shop that calls them %j has the tab %j', async (address, title, tab, header) => {
    const page = await (await titled(title).ask(address)).text()
    expect(/<title>([^<]*)/.exec(page)?.[1]).toBe(tab)
    const home = address.includes('lang') ? '/api/khalti/admin?lang=ne' : '/api/khalti/admin'
    expect(page).toContain(`<header><p><a href="${home}"><strong>${header}</strong></a></p></header>`)
    expect(page).toContain('<meta name="referrer" content="same-origin">')
  })

  const footerOf = async (response: Response) => /<footer>[\s\S]*<\/footer>/.exec(await response.text())?.[0] ?? ''
  const link = (href: string, lang: string, name: string) =>
    `<a href="/api/khalti/admin${href}" hreflang="${lang}" lang="${lang}">${name}</a>`
  const here = (lang: string, name: string) => `<strong lang="${lang}" aria-current="true">${name}</strong>`

  it('The foot of a page leads to the same page in the other language', async () => {
    expect(await footerOf(await openDesk().ask('/order?id=topi&did=look'))).toContain(
      `Signed in as Gita · <span class="languages" role="group" aria-label="Language">${here('en', 'English')}${link('/order?id=topi&amp;did=look&amp;lang=ne', 'ne', 'नेपाली')}</span>`,
    )
    expect(await footerOf(await openDesk().ask('/orders?lang=ne'))).toContain(
      `${link('/orders?lang=en', 'en', 'English')}${here('ne', 'नेपाली')}`,
    )
  })

  it('The foot of a page after a form, and of a page for strangers, leads to the overview in the other language', async () => {
    const overview = link('?lang=ne', 'ne', 'नेपाली')
    const answers = [
      await openDesk().ask('/refund?x=y', { order: 'topi', pidx: 'one' }),
      await openTo(undefined).ask('/order?id=topi'),
    ]
    for (const answer of answers) expect(await footerOf(answer)).toContain(`${here('en', 'English')}${overview}`)
  })

  it('An order without a name is called by its id', async () => {
    const page = await (await openDesk({ views: [viewWith({ name: '' })] }).ask('/order?id=topi')).text()
    expect([page.includes('<title>topi · Payments</title>'), page.includes('<h1>topi</h1>')]).toEqual([true, true])
  })
})
