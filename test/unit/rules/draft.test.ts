import { describe, expect, it } from 'vitest'
import { Draft } from '../../../src/rules/draft.ts'
import type { OrderRecord, Untold } from '../../../src/rules/record.ts'
import { told } from '../../../src/rules/tell.ts'
import { day, frozen, hour, link, minute, now, record, refund, untold } from '../../support/records.ts'

const draftOf = (change: Partial<OrderRecord> = {}, links = [link(), link({ pidx: 'b' })]) => {
  const before = frozen(record(links, change))
  return { before, draft: new Draft(before, now) }
}

describe('a draft', () => {
  it('A draft in which nothing has changed is the record itself', () => {
    const { before, draft } = draftOf({ refunds: [refund()], events: [{ at: now, what: 'link' }] })
    const { record: after, answer } = draft.end('done')
    expect(after).toBe(before)
    expect(answer).toBe('done')
  })

  it.each<[what: string, change: (draft: Draft) => void]>([
    ['a line of its history', (draft) => draft.note({ what: 'told' })],
    ['a payment', (draft) => Object.assign(draft.record.links[1] ?? {}, { state: 'hold' })],
    ['a payment more', (draft) => draft.record.links.push(link({ pidx: 'c' }))],
    ['a payment less', (draft) => draft.record.links.pop()],
    ['what was heard of a payment', (draft) => Object.assign(draft.record.links[1] ?? {}, { heard: [now, 1] })],
    ['a refund', (draft) => Object.assign(draft.record.refunds[0] ?? {}, { state: 'done' })],
    ['who makes a link', (draft) => Object.assign(draft.record, { maker: { token: 'mine', until: now } })],
    ['that somebody has the order', (draft) => delete draft.record.claim],
    ['what stood there to nothing', (draft) => Object.assign(draft.record, { claim: null })],
    ['one word alone', (draft) => Object.assign(draft.record.claim ?? {}, { attempt: 2 })],
  ])('A draft that changed %s is another record, and leaves the one before as it was', (_what, change) => {
    const claim = { pidx: 'a', token: 'theirs', until: now, attempt: 1 }
    const { before, draft } = draftOf({ refunds: [refund()], claim })
    draft.record.claim = { ...claim }
    const text = JSON.stringify(before)
    change(draft)
    expect(draft.end(undefined).record).not.toBe(before)
    expect(draft.end(undefined).record).toBe(draft.record)
    expect(JSON.stringify(before)).toBe(text)
  })

  it.each<[what: string, change: (draft: Draft) => void]>([
    ['says the same in other objects', (draft) => Object.assign(draft.record, { events: [{ what: 'link', at: now }] })],
    ['says of a field that it is undefined', (draft) => Object.assign(draft.record, { maker: undefined })],
    ['says so of a payment', (draft) => Object.assign(draft.record.links[0] ?? {}, { reason: undefined })],
    ['forgets a field that was undefined', (draft) => delete draft.record.fingerprint],
  ])('A draft that %s is the record itself', (_what, change) => {
    const { before, draft } = draftOf({ events: [{ at: now, what: 'link' }], fingerprint: undefined } as never)
    change(draft)
    expect(draft.end(undefined).record).toBe(before)
  })

  it('A draft finds a payment to be changed', () => {
    const { before, draft } = draftOf()
    expect(draft.link('b')).toBe(draft.record.links[1])
    expect(draft.link('b')).not.toBe(before.links[1])
    expect(draft.link('c')).toBeUndefined()
  })

  it('A draft leaves out of a line what is empty, and cleans what people wrote', () => {
    const { draft } = draftOf()
    draft.note({ what: 'attended', pidx: '', text: '', by: '' })
    draft.note({ what: 'attended', pidx: undefined, text: undefined, by: undefined })
    draft.note({ what: 'attended', pidx: 'a', text: 'a\0', by: 'b\0' })
    expect(draft.record.events).toEqual([
      { at: now, what: 'attended' },
      { at: now, what: 'attended' },
      { at: now, what: 'attended', pidx: 'a', text: 'a', by: 'b' },
    ])
  })

  it('A draft keeps the first 20 lines of a long history, and the last 180', () => {
    const events = Array.from({ length: 199 }, (_, at) => ({ at, what: 'told' as const }))
    const { draft } = draftOf({ events })
    draft.note({ what: 'attended' })
    expect(draft.record.events).toHaveLength(200)
    draft.note({ what: 'paid' })
    const ats = draft.record.events.map(({ at }) => at)
    expect(ats).toHaveLength(200)
    expect([ats[19], ats[20], ats[197]]).toEqual([19, 21, 198])
    expect(draft.record.events.slice(-2).map(({ what }) => what)).toEqual(['attended', 'paid'])
  })

  it('A draft that moves a payment says since when, and watches it anew', () => {
    const { draft } = draftOf({}, [link({ givenUpAt: now - day })])
    const [payment = link()] = draft.record.links
    draft.move(payment, 'unpaid', 'expired')
    expect(payment).toEqual(link({ state: 'unpaid', since: now }))
    draft.move(payment, 'paid', { text: 'accepted', by: 'Sita' })
    draft.move(payment, 'pending')
    expect(draft.record.events).toEqual([
      { at: now, what: 'unpaid', pidx: 'a', text: 'expired' },
      { at: now, what: 'paid', pidx: 'a', text: 'accepted', by: 'Sita' },
      { at: now, what: 'pending', pidx: 'a' },
    ])
  })

  it('A draft that moves a payment to where it is only writes a line', () => {
    const { draft } = draftOf({}, [link({ givenUpAt: now - day })])
    const [payment = link()] = draft.record.links
    draft.move(payment, 'pending')
    expect(payment).toEqual(link({ givenUpAt: now - day }))
    expect(draft.record.events).toHaveLength(1)
  })

  it('A draft tells each thing once, as it is by now', () => {
    const held = link({ state: 'hold' })
    const rest = untold({ id: 'hold:b', pidx: 'b' })
    const { draft } = draftOf({ untold: [untold({ failures: 3 }), rest] }, [held, link({ pidx: 'b', state: 'hold' })])
    draft.tell({ what: 'hold', previous: held })
    const { record: after } = draft.end(undefined)
    expect(after.untold).toEqual([rest, expect.objectContaining({ id: 'hold:a', failures: 0, previous: held })])
  })

  it('What a draft tells is still to be told where the same was being told at that instant, and has been now', () => {
    const held = link({ state: 'hold' })
    let { record: order } = draftOf({}, [held]).draft.end(undefined)
    const tellings = [1, 2, 3].map(() => {
      const draft = new Draft(order, now)
      draft.tell({ what: 'hold', previous: held })
      order = draft.end(undefined).record
      return order.untold[0] as Untold
    })
    for (const entry of tellings.slice(0, 2)) expect(told(order, now, { entry }).record).toBe(order)
    expect(told(order, now, { entry: tellings[2] as Untold }).record.untold).toEqual([])
  })

  it.each([
    ['that failed hours ago', { until: now + 6 * hour, failures: 9 }],
    ['whose time has come', { until: now }],
  ])('What a draft tells in place of news %s has a minute of its own', (_what, older) => {
    const held = link({ state: 'hold' })
    const { draft } = draftOf({ untold: [untold(older)] }, [held])
    draft.tell({ what: 'hold', previous: held })
    expect(draft.end(undefined).record.untold).toMatchObject([{ until: now + minute, failures: 0 }])
  })

  it('A draft drops what is over by now, and that is a change', () => {
    const so = untold({ id: 'hold:b', pidx: 'b' })
    const { before, draft } = draftOf({ untold: [untold(), so] }, [link(), link({ pidx: 'b', state: 'hold' })])
    const { record: after } = draft.end(undefined)
    expect(after.untold).toEqual([so])
    expect(before.untold).toHaveLength(2)
  })
})
