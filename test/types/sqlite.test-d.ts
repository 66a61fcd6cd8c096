import type { D1Database } from '@cloudflare/workers-types'
import type { Client } from '@libsql/client'
import type Database from 'better-sqlite3'
import { sqlitePayments } from 'khalti-kit/sqlite'

declare const file: Database.Database
declare const turso: Client
declare const binding: D1Database

sqlitePayments(file, { prefix: 'shop_' })
sqlitePayments(turso, { prefix: 'shop_' })
sqlitePayments(binding, { prefix: 'shop_' })

// The compiler points at the misspelt option. It said that the database is no D1.
sqlitePayments(
  file,
  // @ts-expect-error
  { prefx: 'shop_' },
)
sqlitePayments(
  file,
  // @ts-expect-error
  { conect: () => file },
)
