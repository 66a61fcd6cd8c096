import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { queueOf } from '../../../src/stores/sqlite-queue.ts'

describe('the queue of a SQLite file', () => {
  it('The queue of a SQLite file is the same, however its path is spelt and whoever tells it', () => {
    const queue = queueOf({ name: 'shopdb' })
    for (const same of [
      { name: './shopdb' },
      { name: 'data/../shopdb' },
      { filename: join(process.cwd(), 'shopdb') },
      { location: () => join(process.cwd(), 'shopdb') },
    ]) {
      expect(queueOf(same)).toBe(queue)
    }
    expect(queueOf({ name: 'other.db' })).not.toBe(queue)
  })

  it('The queue of a SQLite file is the same in every copy of the module that a bundler makes', async () => {
    const queue = queueOf({ name: 'shopdb' })
    vi.resetModules()
    const copy: typeof import('../../../src/stores/sqlite-queue.ts') = await import(
      '../../../src/stores/sqlite-queue.ts'
    )
    expect(copy.queueOf).not.toBe(queueOf)
    expect(copy.queueOf({ name: 'shopdb' })).toBe(queue)
  })

  it('The queue of a SQLite file is one for all clients of libsql, which do not tell their file', () => {
    const queue = queueOf({ protocol: 'file' })
    expect(queueOf({ protocol: 'file' })).toBe(queue)
    expect(queueOf({ name: 'shopdb' })).not.toBe(queue)
    expect(queueOf({ protocol: 'http' })).not.toBe(queueOf({ protocol: 'http' }))
  })

  it.each([{ name: ':memory:' }, { name: '' }, { filename: ':memory:' }, {}])(
    'The queue of a database in memory (%j) is its own',
    (database) => {
      expect(queueOf(database)).toBe(queueOf(database))
      expect(queueOf(database)).not.toBe(queueOf({ ...database }))
    },
  )
})
