import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { runInNewContext } from 'node:vm'
import { beforeAll, describe, expect, it } from 'vitest'
import { memoryPayments } from '../../../src/checkout/memory-payments.ts'
import type { StoredOrder } from '../../../src/checkout/payment-store.ts'
import { describePaymentStore, storeFacts, tryFact } from '../../../src/conformance/describe-payment-store.ts'
import { FlawedPayments } from './flawed-payments.ts'
import { mistakes, partsWith } from './mistakes.ts'

describePaymentStore('memoryPayments', ({ now }) => memoryPayments({ now }))
describePaymentStore('A store with transactions and without a mistake', async ({ now }) => ({
  store: new FlawedPayments(partsWith(now)),
}))

// Under jest a test file has a Date of its own, and what Node.js makes, such as structuredClone, has another.
const DateElsewhere = runInNewContext('Date') as DateConstructor
const elsewhere = <Given>(date: Given) => (date instanceof Date ? new DateElsewhere(date.getTime()) : date) as Given
describePaymentStore('A store whose dates are of another realm', async ({ now }) => {
  const give = (order: StoredOrder) => {
    const copy = structuredClone(order)
    return { ...copy, changedAt: elsewhere(copy.changedAt), ...(copy.dueAt && { dueAt: elsewhere(copy.dueAt) }) }
  }
  return { store: new FlawedPayments(Object.assign(partsWith(now), { give, says: () => elsewhere(now()) })) }
})

const run = promisify(execFile)

/** The facts that a store with this mistake does not have. */
async function caught(mistake: string): Promise<string[]> {
  const tries = storeFacts.map(async (fact) => {
    const failed = await tryFact(fact, ({ now }) => new FlawedPayments(partsWith(now, mistake))).then(
      () => false,
      () => true,
    )
    return failed ? [fact.title] : []
  })
  return (await Promise.all(tries)).flat()
}

describe('The conformance suite', () => {
  const failing = new Map<string, string[]>()
  // All at once: most of it is waiting.
  beforeAll(() => Promise.all(mistakes.map(async (mistake) => failing.set(mistake, await caught(mistake)))))

  it.each(mistakes)('The conformance suite fails a store that %s', (mistake) => {
    expect(failing.get(mistake)).not.toEqual([])
  })

  it('Each fact of the conformance suite fails some store', () => {
    const all = new Set([...failing.values()].flat())
    const never = storeFacts.map(({ title }) => title).filter((title) => !all.has(title))
    expect(never).toEqual([])
  })

  it('A failing fact says what is wrong, what must hold, and what is lost otherwise', async () => {
    const fact = storeFacts.find(({ title }) => title.startsWith('A write of any other version'))
    const failure = fact && tryFact(fact, ({ now }) => new FlawedPayments(partsWith(now, 'ignores the version')))
    await expect(failure).rejects.toThrow(
      /a write of version 0, where 2 is stored, is true, and should be false\.\nWhat must hold: A write of any other version than the stored one is false[\s\S]*Otherwise: [\s\S]*Two servers fulfil one order/,
    )
  })

  it.each([
    ['rounds large numbers', 'record.numbers[2] is 0.10000000149011612, and should be 0.1'],
    ['writes names with dots in another way', 'record.names["."] is absent, and should be "$."'],
    ['gives text that looks like a date as a Date', 'record.looksLikeOther[3] is a Date, '],
    ['drops nulls', 'record.nothing is absent, and should be null'],
  ])('A failing fact about a store that %s names the first place that differs', async (mistake, difference) => {
    const fact = storeFacts.find(({ title }) => title.startsWith('A record comes back as it was written'))
    const failure = fact && tryFact(fact, ({ now }) => new FlawedPayments(partsWith(now, mistake)))
    await expect(failure).rejects.toThrow(`They differ first where ${difference}`)
  })

  it('The conformance suite closes each store, also after a failure', async () => {
    let closed = 0
    const create = ({ now }: { now(): Date }) => ({
      store: new FlawedPayments(partsWith(now, 'ignores the version')),
      close: () => {
        closed += 1
      },
    })
    await Promise.allSettled(storeFacts.map((fact) => tryFact(fact, create)))
    expect(closed).toBe(storeFacts.length)
  })

  it('The conformance suite finds bun:test, which gives its functions to the test file alone', async () => {
    const code = `
      const told = []
      const bun = { describe: (name, tests) => { told.push(name); tests() }, it: (title) => told.push(title) }
      process.getBuiltinModule = (name) => (name === 'bun:test' ? bun : undefined)
      const { describePaymentStore } = await import('./src/conformance/describe-payment-store.ts')
      describePaymentStore('mine', () => {})
      console.log(told[0], told.length > 10)`
    const { stdout } = await run(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code])
    expect(stdout).toBe('mine as a payment store true\n')
  })

  it('The conformance suite says what to do where there is no test runner', async () => {
    const program = `import { describePaymentStore } from 'khalti-kit/testing'
describePaymentStore('x', () => {})`
    const running = run(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program])
    await expect(running).rejects.toThrow('finds no test runner')
  })
})
