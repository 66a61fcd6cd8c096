import { describe, expect, it } from 'vitest'
import { endingTransaction } from '../../../src/stores/ending-transaction.ts'

class Session {
  #rows: string[] = []
  readonly table = { insert: (row: string) => this.#rows.push(row) }
  get count() {
    return this.#rows.length
  }
  insert(row: string) {
    this.#rows.push(row)
    return this
  }
}

/** A function with properties, as a query builder's transaction is. */
const sql = Object.assign((text: string) => `ran ${text}`, { unsafe: (text: string) => `ran ${text} as it is` })

const isOver = 'This transaction is over: fulfil goes on after it has ended.'

describe('a transaction that ends', () => {
  it('A transaction that ends is the real one until then: its methods, getters, private fields and class', () => {
    const { shown } = endingTransaction(new Session())
    shown.insert('topi')
    shown.table.insert('khukuri')
    expect(shown.count).toBe(2)
    expect(shown).toBeInstanceOf(Session)
  })

  it('A transaction that ends may be a function with methods of its own', () => {
    const { shown, end } = endingTransaction(sql)
    expect([shown('a'), shown.unsafe('b')]).toEqual(['ran a', 'ran b as it is'])
    end()
    expect(() => shown('a')).toThrow(isOver)
    expect(() => shown.unsafe('a')).toThrow(isOver)
  })

  it('A transaction that has ended refuses all that is asked of it, and of a method that was taken before', () => {
    const real = new Session()
    const { shown, end } = endingTransaction(real)
    const { insert } = shown
    end()
    expect(() => shown.insert('topi')).toThrow(isOver)
    expect(() => shown.count).toThrow(isOver)
    expect(() => insert.call(shown, 'topi')).toThrow(isOver)
    expect(real.count).toBe(0)
  })

  it('A transaction that has ended can be what a promise resolves to', async () => {
    const { shown, end } = endingTransaction(new Session())
    end()
    expect(Object.is(await Promise.resolve(shown), shown)).toBe(true)
  })

  it('A method of a transaction that is called on another object works on that one', () => {
    const [real, other] = [new Session(), new Session()]
    const { shown } = endingTransaction(real)
    shown.insert.call(other, 'topi')
    expect([real.count, other.count]).toEqual([0, 1])
  })

  it('A transaction that is sealed, and not frozen, ends as any other, also for a method that was taken before', () => {
    const { shown, end } = endingTransaction(Object.seal({ run: () => 'ran' }))
    const { run } = shown
    expect(run()).toBe('ran')
    end()
    expect(run).toThrow(isOver)
  })

  it('A transaction whose properties are frozen gives them as they are', () => {
    const frozen = Object.freeze({ run: () => 'ran' })
    const { shown } = endingTransaction(frozen)
    expect(shown.run).toBe(frozen.run)
    expect(shown.run()).toBe('ran')
  })

  it.each([undefined, null, 7, 'a text'])('A transaction that is no object (%j) is given as it is', (real) => {
    const { shown, end } = endingTransaction(real)
    expect(shown).toBe(real)
    end()
  })
})
