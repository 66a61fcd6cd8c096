import { afterEach, describe, expect, it, vi } from 'vitest'
import { memoryPayments } from '../../../src/checkout/memory-payments.ts'

const order = { orderId: 'order', version: 0, record: {}, keys: [], attention: false, changedAt: new Date(0) }

/** As `next dev` loads it for a page and for a route. */
async function secondCopy(): Promise<typeof memoryPayments> {
  vi.resetModules()
  const copy = await import('../../../src/checkout/memory-payments.ts')
  expect(copy.memoryPayments).not.toBe(memoryPayments)
  return copy.memoryPayments
}

/** A process in which nobody has asked for a store yet. */
function forgetAll() {
  for (const name of Object.getOwnPropertySymbols(globalThis)) {
    if (name.description?.startsWith('khalti-kit.memory-payments')) Reflect.deleteProperty(globalThis, name)
  }
}

describe('memoryPayments', () => {
  afterEach(() => {
    forgetAll()
    vi.unstubAllEnvs()
    vi.restoreAllMocks()
  })

  it('Two copies of the module, as next dev loads them, have one memory', async () => {
    vi.stubEnv('NODE_ENV', 'development')
    const second = await secondCopy()
    await memoryPayments().write(order)
    expect((await second().read({ orderId: 'order' })).order?.version).toBe(1)
    expect(await second().write({ ...order, version: 1 })).toBe(true)
    expect((await memoryPayments().read({ orderId: 'order' })).order?.version).toBe(2)
  })

  it('A memory with a clock of its own, or outside of development, is shared with nobody', async () => {
    await memoryPayments().write(order)
    expect((await memoryPayments().read({ orderId: 'order' })).order).toBeUndefined()
    vi.stubEnv('NODE_ENV', 'development')
    const now = () => new Date()
    await memoryPayments({ now }).write(order)
    expect((await memoryPayments({ now }).read({ orderId: 'order' })).order).toBeUndefined()
    expect((await memoryPayments().read({ orderId: 'order' })).order).toBeUndefined()
  })

  it('A memory in production warns once that it forgets, and elsewhere never', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    memoryPayments()
    expect(warn).not.toHaveBeenCalled()
    forgetAll()
    vi.stubEnv('NODE_ENV', 'production')
    memoryPayments()
    memoryPayments()
    const second = await secondCopy()
    second()
    expect(warn.mock.calls).toEqual([
      [
        expect.stringMatching(
          /forgets every payment.*khalti-kit\/postgres.*Server Action and a route have a memory each/,
        ),
      ],
    ])
  })
})
