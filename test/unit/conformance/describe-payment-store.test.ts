import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { memoryPayments } from '../../../src/checkout/memory-payments.ts'
import { describePaymentStore, storeFacts, tryFact } from '../../../src/conformance/describe-payment-store.ts'
import { FlawedPayments, type Mistake, mistakes } from './flawed-payments.ts'

describePaymentStore('memoryPayments', ({ now }) => memoryPayments({ now }))
describePaymentStore('a store without a mistake', async ({ now }) => ({ store: new FlawedPayments(now) }))

const run = promisify(execFile)

/** The facts that a store with this mistake does not have. */
async function caught(mistake: Mistake): Promise<string[]> {
  const tries = storeFacts.map(async (fact) => {
    const failed = await tryFact(fact, ({ now }) => new FlawedPayments(now, mistake)).then(
      () => false,
      () => true,
    )
    return failed ? [fact.title] : []
  })
  return (await Promise.all(tries)).flat()
}

describe('describePaymentStore', () => {
  it.each(mistakes)('fails a store that %s', async (mistake) => {
    expect(await caught(mistake)).not.toEqual([])
  })

  it('tells each fact by a mistake of its own: every one fails some store', async () => {
    const all = await Promise.all(mistakes.map(caught))
    const never = storeFacts.map(({ title }) => title).filter((title) => !all.flat().includes(title))
    expect(never).toEqual([])
  })

  it('says what is wrong, and what is lost by it', async () => {
    const fact = storeFacts.find(({ title }) => title.startsWith('claims the order'))
    const failure = fact && tryFact(fact, ({ now }) => new FlawedPayments(now, 'claims the payment and not the order'))
    await expect(failure).rejects.toThrow(
      /a claim of another payment of the order is \{"token":.*\}, and should be "busy"\.\nThe store must be one that claims the order[\s\S]*both are handed out/,
    )
  })

  it('closes each store, also after a failure', async () => {
    let closed = 0
    const create = ({ now }: { now(): Date }) => ({
      store: new FlawedPayments(now, 'does not supersede'),
      close: () => {
        closed += 1
      },
    })
    await Promise.allSettled(storeFacts.map((fact) => tryFact(fact, create)))
    expect(closed).toBe(storeFacts.length)
  })

  it('runs under node --test, in real time where the store takes no clock', { timeout: 120_000 }, async () => {
    const options = ['--import', 'tsx', '--test', '--test-reporter=tap', 'test/unit/conformance/memory.node-test.ts']
    const { stdout } = await run(process.execPath, options, { env: { PATH: process.env.PATH, NODE_ENV: 'test' } })
    expect(stdout).toContain(`# pass ${storeFacts.length}`)
    expect(stdout).toContain('# fail 0')
  })

  it('says what to do where there is no test runner', async () => {
    const program = `import { describePaymentStore } from 'khalti-kit/testing'
describePaymentStore('x', () => {})`
    const running = run(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program])
    await expect(running).rejects.toThrow('finds no test runner')
  })
})
