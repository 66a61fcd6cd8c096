import type { PaymentEvent } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { find } from '../../../src/checkout/change.ts'
import { tell } from '../../../src/checkout/tell.ts'
import type { OrderRecord, Untold } from '../../../src/rules/record.ts'
import { openInside } from '../../support/inside.ts'
import { fulfilledLink, link, minute, now, record, refund, untold, verdict } from '../../support/records.ts'

const held = (pidx: string, until = now + minute) => untold({ id: `hold:${pidx}`, pidx, until })
const heldOrder = (...pidxs: string[]) =>
  record(
    pidxs.map((pidx) => link({ pidx, state: 'hold' })),
    { untold: pidxs.map((pidx) => held(pidx)) },
  )

/** An order with news that this process has just taken, and what its callbacks hear of it. */
async function openNews(news: OrderRecord, during: (event: PaymentEvent) => unknown = () => {}) {
  const heard: PaymentEvent[] = []
  const hear = async (event: PaymentEvent) => {
    heard.push(event)
    await during(event)
  }
  const inside = openInside({ on: { hold: hear, refunded: hear, refundUnclear: hear } })
  await inside.keep(news)
  const { order } = await find(inside.shop, { orderId: 'topi' })
  if (order === undefined) throw new Error('The order was not kept.')
  const tellAll = (entries: Untold[] = news.untold, telling: Partial<Parameters<typeof tell>[2]> = {}) =>
    tell(inside.shop, { order, untold: entries }, { route: 'reconcile', ...telling })
  const pidxsHeard = () => heard.map(({ payment }) => payment.pidx)
  return { ...inside, heard, pidxsHeard, tellAll }
}

describe('news that changes while it is told', () => {
  it('All news of a change is told in its order, and is gone then', async () => {
    const { tellAll, pidxsHeard, kept, told } = await openNews(heldOrder('a', 'b', 'c'))
    await tellAll()
    expect(pidxsHeard()).toEqual(['a', 'b', 'c'])
    expect((await kept())?.record.untold).toEqual([])
    expect(told).toEqual([])
  })

  it.each<[what: string, left: Untold[], pidxs: string[]]>([
    ['another process has told meanwhile', [], ['a']],
    ['another process has told meanwhile beside other news', [held('c')], ['a', 'c']],
    ['another process has taken over meanwhile', [held('b', now + 2 * minute)], ['a']],
    [
      'another process has taken over meanwhile beside other news',
      [held('b', now + 2 * minute), held('c')],
      ['a', 'c'],
    ],
  ])('News that %s is not told again', async (_what, left, pidxs) => {
    const news = heldOrder('a', 'b', 'c')
    const { tellAll, pidxsHeard, keep, told } = await openNews(news, async ({ payment }) => {
      if (payment.pidx === 'a') await keep({ ...news, untold: left }, 1)
    })
    await tellAll()
    expect(pidxsHeard()).toEqual(pidxs)
    expect(told).toEqual([])
  })

  it('News is told with the order as it is by then', async () => {
    const news = heldOrder('a', 'b')
    const { tellAll, heard, keep } = await openNews(news, async ({ payment }) => {
      const links = news.links.map((one) => ({ ...one, holdReason: 'seen since' }))
      if (payment.pidx === 'a') await keep({ ...news, links }, 1)
    })
    await tellAll()
    expect(heard.map(({ payment }) => payment.holdReason)).toEqual([undefined, 'seen since'])
  })

  it('The news of an order that is gone from the store is not told, which is no error', async () => {
    const { shop, tellAll, pidxsHeard, told } = await openNews(heldOrder('a', 'b'), () => {
      shop.payments.read = async () => ({ now: new Date(now) })
    })
    await tellAll()
    expect([pidxsHeard(), told]).toEqual([['a'], []])
  })

  it('News that cannot be read again is not told, and is an error of its payment', async () => {
    const { shop, tellAll, pidxsHeard, told } = await openNews(heldOrder('a', 'b', 'c'), () => {
      shop.payments.read = () => Promise.reject(new Error('no database'))
    })
    await tellAll()
    expect(pidxsHeard()).toEqual(['a'])
    expect(told).toEqual(
      ['a', 'b', 'c'].map((pidx) => ({ said: 'no database', route: 'reconcile', orderId: 'topi', pidx })),
    )
  })
})

describe('what a callback hears', () => {
  const refunds = [refund({ state: 'unclear' }), refund({ id: 'r2', state: 'unclear' })]
  const unclear = untold({ id: 'refundUnclear:a:r2', what: 'refundUnclear', refundId: 'r2', until: now + minute })

  it('An event about a refund has that refund, and no other', async () => {
    const { tellAll, heard } = await openNews(record([fulfilledLink()], { refunds, untold: [unclear] }))
    await tellAll()
    expect(heard).toMatchObject([{ refund: { id: 'r2' }, payment: { pidx: 'a' }, previous: { state: 'pending' } }])
  })

  it('An event about no refund has none, whatever refunds there are', async () => {
    const { tellAll, heard } = await openNews({ ...heldOrder('a'), refunds })
    await tellAll()
    expect(heard.map((event) => Object.keys(event))).toEqual([['payment', 'previous']])
  })

  it('An event has the verdict on its payment, and none on another', async () => {
    const { tellAll, heard } = await openNews(heldOrder('a', 'b'))
    const ofA = verdict('hold')
    await tellAll(undefined, { verdict: ofA })
    expect(heard.map((event) => ('verdict' in event ? event.verdict : 'none'))).toEqual([ofA, 'none'])
  })

  it('News of a payment that the order does not have calls nothing, and ends', async () => {
    const news = { ...heldOrder('a'), untold: [held('of nobody')] }
    const { tellAll, heard, kept, told } = await openNews(news)
    await tellAll()
    expect([heard, (await kept())?.record.untold, told]).toEqual([[], [], []])
  })

  it.each([
    ['no callbacks', undefined],
    ['no callback for it', {}],
  ])('A checkout with %s ends the news, which is no error', async (_what, on) => {
    const { shop, keep, kept, told } = openInside({ on })
    await keep(heldOrder('a'))
    const { order } = await find(shop, { orderId: 'topi' })
    await tell(shop, { order: order as NonNullable<typeof order>, untold: [held('a')] }, { route: 'settle' })
    expect([(await kept())?.record.untold, told]).toEqual([[], []])
  })
})

describe('a callback that fails', () => {
  it('The shop is told which route called for which payment, and the callback waits for its next time', async () => {
    const { tellAll, kept, told } = await openNews(heldOrder('a'), () => Promise.reject(new Error('no mail')))
    await tellAll(undefined, { route: 'status' })
    expect(told).toEqual([{ said: 'no mail', route: 'status', pidx: 'a', orderId: 'topi' }])
    expect((await kept())?.record.untold).toEqual([{ ...held('a'), failures: 1, until: now + minute / 2 }])
  })

  it('A callback that was told and cannot be noted is an error of its payment', async () => {
    const { shop, tellAll, heard, told } = await openNews(heldOrder('a'))
    shop.payments.write = () => Promise.reject(new Error('disk full'))
    await tellAll()
    expect(heard).toHaveLength(1)
    expect(told).toEqual([{ said: 'disk full', route: 'reconcile', pidx: 'a', orderId: 'topi' }])
  })
})
