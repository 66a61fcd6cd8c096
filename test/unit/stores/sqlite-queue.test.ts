import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { queueOf } from '../../../src/stores/sqlite-queue.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

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

  it.each([
    ['/', 'shopdb', '/shopdb'],
    ['/home/maya/c#', 'shopdb', '/home/maya/c#/shopdb'],
    ['/home/maya/100%', './is it?', '/home/maya/100%/is it?'],
    ['/data', '/data//shop.db', '//data/shop.db'],
    ['D:\\shop', 'data\\shop.db', 'D:\\shop\\data\\shop.db'],
    ['D:\\shop', '..\\shop.db', 'D:/shop.db'],
    ['d:\\shop', 'shop.db', 'D:\\shop\\shop.db'],
    ['D:\\', 'shop.db', 'D:\\shop.db'],
    ['D:\\shop', '\\data\\shop.db', 'D:\\data\\shop.db'],
    ['D:\\shop', '\\\\?\\D:\\shop\\shop.db', '//?/D:/shop/shop.db'],
    ['\\\\server\\shops', 'shop.db', '\\\\server\\shops\\shop.db'],
  ])('The queue of a SQLite file is the same in the folder %s for %s and %s', (folder, one, other) => {
    vi.spyOn(process, 'cwd').mockReturnValue(folder)
    expect(queueOf({ name: one })).toBe(queueOf({ name: other }))
    expect(queueOf({ name: one })).not.toBe(queueOf({ name: `${other}x` }))
  })

  it('The queue of a SQLite file is another one in another folder', () => {
    const cwd = vi.spyOn(process, 'cwd')
    const queues = ['/', '/a#b', '/a#c', '/a', 'D:\\a', 'E:\\a'].map((folder) => {
      cwd.mockReturnValue(folder)
      return queueOf({ name: 'shop.db' })
    })
    expect(new Set(queues).size).toBe(queues.length)
  })

  it.each([undefined, {}])('The queue of a SQLite file is found where `process` is %j', (process) => {
    vi.stubGlobal('process', process)
    const [relative, absolute, other] = ['shopdb', '/shopdb', '/data/shopdb'].map((name) => queueOf({ name }))
    vi.unstubAllGlobals()
    expect(relative).toBe(absolute)
    expect(relative).not.toBe(other)
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
