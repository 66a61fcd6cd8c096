import { KhaltiApiError, KhaltiConfigError, KhaltiInputError } from 'khalti-kit'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { isUnknownPayment, type Look, lookAt, looksBegun, sharedLooks, shareLook } from '../../../src/checkout/look.ts'
import { link, now, record } from '../../support/records.ts'
import { openShop } from '../../support/shop.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const facts = { status: 404, fields: {}, errorKey: undefined, body: undefined }
const notFound = () => new KhaltiApiError('Not found.', { ...facts, kind: 'not-found' })

describe('that Khalti does not know a payment', () => {
  it.each<[what: string, isUnknown: boolean, error: unknown]>([
    ["Khalti's own word that it is not found", true, notFound()],
    ['another answer of Khalti', false, new KhaltiApiError('No.', { ...facts, kind: 'server' })],
    ['an error of ours of another code', false, new KhaltiInputError('No', {})],
    [
      'an error of ours with no more than the kind',
      false,
      Object.assign(new KhaltiConfigError('No'), { kind: 'not-found' }),
    ],
    ['an error of somebody else in our words', false, { code: 'api', kind: 'not-found' }],
    ['nothing', false, undefined],
  ])('Whether %s means that Khalti does not know the payment is %s', (_what, isUnknown, error) => {
    expect(isUnknownPayment(error)).toBe(isUnknown)
  })

  it('A look at a payment that Khalti does not know finds that, and has its number and its time', async () => {
    const { client } = openShop()
    const before = looksBegun()
    expect(await lookAt(client, { record: record(), link: link({ pidx: 'x'.repeat(22) }), at: new Date(now) })).toEqual(
      {
        at: now,
        sequence: before + 1,
        unknown: expect.objectContaining({ kind: 'not-found' }),
      },
    )
    expect(looksBegun()).toBe(before + 1)
  })
})

/** Looks by hand: each ends when it is told to. */
function openLooks() {
  const looks = sharedLooks()
  const { client } = openShop()
  /** Counts as a look that has begun. */
  const count = () => void lookAt(client, { record: record(), link: link(), at: new Date(now) })
  const ends: (() => void)[] = []
  const fails: ((error: Error) => void)[] = []
  const begin = () => {
    count()
    return new Promise<Look>((resolve, reject) => {
      const look = { at: now, sequence: looksBegun() }
      ends.push(() => resolve(look))
      fails.push(reject)
    })
  }
  const share = (pidx: string, sharing: { since: number; keeps?: boolean } | undefined) =>
    shareLook(looks, pidx, { begin, sharing })
  return { looks, share, ends, fails }
}

describe('looks that others may share', () => {
  it('A look under way serves whoever asks meanwhile', () => {
    const { share, ends } = openLooks()
    const first = share('a', { since: looksBegun() })
    expect(share('a', { since: looksBegun() })).toBe(first)
    expect(ends).toHaveLength(1)
  })

  it('A look under way serves nobody who asks for another payment, or wants a look of their own', () => {
    const { looks, share, ends } = openLooks()
    const first = share('a', { since: looksBegun() })
    expect(share('b', { since: looksBegun() })).not.toBe(first)
    expect(share('a', undefined)).not.toBe(first)
    expect([ends.length, [...looks.keys()]]).toEqual([3, ['a', 'b']])
  })

  it('A look that has ended serves whoever had asked before it began, and those who take what is a second old', async () => {
    const { share, ends } = openLooks()
    const since = looksBegun()
    const first = share('a', { since })
    ends[0]?.()
    await first
    expect(share('a', { since })).toBe(first)
    expect(share('a', { since: looksBegun(), keeps: true })).toBe(first)
    expect(share('a', { since: looksBegun() })).not.toBe(first)
    expect(ends).toHaveLength(2)
  })

  it('A look that has failed is over, as one that has not', async () => {
    const { share, fails } = openLooks()
    const first = share('a', { since: looksBegun() })
    fails[0]?.(new Error('no network'))
    await expect(first).rejects.toThrow('no network')
    expect(share('a', { since: looksBegun() })).not.toBe(first)
  })

  it('A look that has failed serves whoever had asked before it began, and nobody who takes what is a second old', async () => {
    const { share, fails } = openLooks()
    const since = looksBegun()
    const first = share('a', { since })
    fails[0]?.(new Error('no network'))
    await expect(first).rejects.toThrow('no network')
    expect(share('a', { since })).toBe(first)
    const second = share('a', { since: looksBegun(), keeps: true })
    expect(second).not.toBe(first)
    expect(share('a', { since: looksBegun(), keeps: true })).toBe(second)
  })

  it('A look is kept for less than a second after its end, and while it is under way', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const { looks, share, ends } = openLooks()
    const since = looksBegun()
    const [first, second] = [share('a', { since }), share('b', { since }), share('under way', { since })]
    ends[0]?.()
    await first
    vi.advanceTimersByTime(1)
    ends[1]?.()
    await second
    vi.advanceTimersByTime(998)
    expect(share('a', { since, keeps: true })).toBe(first)
    vi.advanceTimersByTime(1)
    share('c', { since })
    expect([...looks.keys()]).toEqual(['b', 'under way', 'c'])
    vi.advanceTimersByTime(60_000)
    share('d', { since })
    expect([...looks.keys()]).toEqual(['under way', 'c', 'd'])
  })

  it.each([
    ['Cloudflare-Workers', false],
    ['Node.js/24', true],
    ['', true],
  ])('A look under way where the user agent is "%s" serves others: %s', (userAgent, isShared) => {
    vi.stubGlobal('navigator', { userAgent })
    const { looks, share } = openLooks()
    const first = share('a', { since: looksBegun() })
    expect([share('a', { since: looksBegun() }) === first, looks.size]).toEqual([isShared, isShared ? 1 : 0])
  })

  it('A look under way serves others also where there is no navigator', () => {
    vi.stubGlobal('navigator', undefined)
    const { share } = openLooks()
    expect(share('a', { since: looksBegun() })).toBe(share('a', { since: looksBegun() }))
  })
})
