import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import { expect, it } from 'vitest'
import { sqlitePayments } from '../../src/sqlite.ts'
import { newOrder } from './orders.ts'

it('A second client of libsql waits until the transaction of the first has ended', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'khalti-libsql-'))
  const clients = [1, 2].map(() => createClient({ url: `file:${join(folder, 'shop.db')}` }))
  const [first, second] = clients.map((client) => sqlitePayments(client))
  await first?.migrate()
  const events: string[] = []
  let write: Promise<unknown> | undefined
  await first?.transaction?.(async () => {
    write = second?.write(newOrder()).then(
      () => events.push('written'),
      () => events.push('refused'),
    )
    await new Promise((resolve) => setTimeout(resolve, 100))
    events.push('fulfilled')
  })
  await write
  expect(events).toEqual(['fulfilled', 'written'])
  for (const client of clients) client.close()
  rmSync(folder, { recursive: true })
})
