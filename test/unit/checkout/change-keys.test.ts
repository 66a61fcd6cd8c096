import { afterEach, describe, expect, it, vi } from 'vitest'
import { change, type Rule } from '../../../src/checkout/change.ts'
import type { CallbackName, Link, Untold } from '../../../src/rules/record.ts'
import { openInside } from '../../support/inside.ts'
import { link, record, untold } from '../../support/records.ts'

afterEach(() => void vi.useRealTimers())

const withLinks =
  (...links: Link[]): Rule<void> =>
  (before) => ({ record: { ...before, links }, answer: undefined })

/** An order beside another one that has the reference `txn-of-other`; and what the store is asked to find by a key. */
async function openBeside(failures: Error[] = [], readKey?: () => Promise<never>) {
  const found: unknown[] = []
  const inside = openInside({}, ({ read, write }) => ({
    read(by) {
      if (!('key' in by)) return read(by)
      found.push(by.key)
      return readKey ? readKey() : read(by)
    },
    write(order) {
      const failure = failures.shift()
      return failure ? Promise.reject(failure) : write(order)
    },
  }))
  await inside.keep(record([link({ pidx: 'pidx-other', transactionId: 'txn-of-other' })], { orderId: 'other' }))
  await inside.keep(record([link({ pidx: 'pidx-a', transactionId: 'txn-own' })]))
  return { ...inside, found }
}

describe('a key that another order has', () => {
  it('An order leaves out the key of another order, and keeps all others', async () => {
    const { shop, kept, found, told } = await openBeside()
    const links = [
      link({ pidx: 'pidx-a', transactionId: 'txn-own' }),
      link({ pidx: 'pidx-b', transactionId: 'txn-of-other' }),
      link({ pidx: 'pidx-c' }),
      link({ pidx: 'pidx-d', transactionId: 'txn-of-nobody' }),
      link({ pidx: 'pidx-e', transactionId: 'txn-known-as-shared', sharesId: true }),
    ]
    await change(shop, 'topi', withLinks(...links))
    const order = await kept()
    expect(order?.keys).toEqual(['pidx-a', 'txn-own', 'pidx-b', 'pidx-c', 'pidx-d', 'txn-of-nobody', 'pidx-e'])
    expect(order?.record.links.map(({ sharesId }) => sharesId)).toEqual([undefined, true, undefined, undefined, true])
    expect(found).toEqual(['txn-own', 'txn-of-other', 'txn-of-nobody'])
    expect((await shop.payments.read({ key: 'txn-of-other' })).order?.orderId).toBe('other')
    expect(told).toEqual([])
  })

  it('A write that fails for another reason is not tried again', async () => {
    const { shop, kept } = await openBeside([new Error('disk full')])
    const links = [link({ pidx: 'pidx-a', transactionId: 'txn-own' }), link({ pidx: 'pidx-b' })]
    await expect(change(shop, 'topi', withLinks(...links))).rejects.toThrow(new Error('disk full'))
    expect((await kept())?.version).toBe(1)
  })

  it('A write that fails because the database is away says so, also where no key can be read either', async () => {
    const { shop } = await openBeside([new Error('away')], () => Promise.reject(new Error('also away')))
    const rule = withLinks(link({ pidx: 'pidx-a', transactionId: 'txn-own' }))
    await expect(change(shop, 'topi', rule)).rejects.toThrow(new Error('away'))
  })

  it('A write that fails is not kept waiting for ever by a key that is never read', { timeout: 60_000 }, async () => {
    const { shop, found } = await openBeside([new Error('away')], () => new Promise(() => {}))
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const changing = change(shop, 'topi', withLinks(link({ pidx: 'pidx-a', transactionId: 'txn-own' })))
    const failed = expect(changing).rejects.toThrow(new Error('away'))
    await vi.waitFor(() => expect(found).toEqual(['txn-own']), { timeout: 20_000 })
    await vi.advanceTimersByTimeAsync(30_000)
    await failed
  })

  it('A pidx of another order is no reference that could be left out', async () => {
    const { shop } = await openBeside()
    await expect(change(shop, 'topi', withLinks(link({ pidx: 'pidx-other' })))).rejects.toThrow(
      new Error("The key pidx-other of order topi is another order's."),
    )
  })
})

describe('the news of a change', () => {
  const unheard = untold({ id: 'unpaid:a', what: 'unpaid' })
  const heard = untold({ id: 'hold:a', what: 'hold' })
  const addAll: Rule<void> = (before) => ({
    record: { ...before, untold: [...before.untold, unheard, heard] },
    answer: undefined,
  })
  const older = untold({ id: 'refunded:a', what: 'refunded' })

  it.each<[what: string, on: { [Name in CallbackName]?: () => void } | undefined, told: Untold[]]>([
    ['no callback at all', undefined, []],
    ['no callback for it', {}, []],
    ['null for a callback', { hold: () => {}, unpaid: null as never }, [heard]],
    ['a text for a callback', { hold: () => {}, unpaid: 'mail' as never }, [heard]],
    ['a callback for one of two', { hold: () => {} }, [heard]],
    ['callbacks for both', { hold: () => {}, unpaid: () => {} }, [unheard, heard]],
  ])('A process with %s keeps the news that it can tell, and leaves older news to others', async (_what, on, news) => {
    const { shop, keep, kept } = openInside({ on })
    await keep(record([link()], { untold: [older] }))
    const changed = await change(shop, 'topi', addAll)
    expect(changed.untold).toEqual(news)
    expect((await kept())?.record.untold).toEqual([older, ...news])
  })
})
