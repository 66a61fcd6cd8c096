import type { D1Database } from '@cloudflare/workers-types'
import { storeFacts, tryFact } from '../../../src/conformance/describe-payment-store.ts'
import { sqlitePayments } from '../../../src/sqlite.ts'

/** A worker that tries the fact whose title it is sent, and answers what is wrong: nothing, where it holds. */
export default {
  async fetch(request: Request, { DB }: { DB: D1Database }): Promise<Response> {
    const title = await request.text()
    const place = storeFacts.findIndex((fact) => fact.title === title)
    const fact = storeFacts[place]
    if (!fact) return new Response(`There is no fact ${title}.`)
    const fault = await tryFact(fact, async ({ now }) => {
      const store = sqlitePayments(DB, { prefix: `fact${place}_`, now })
      await store.migrate()
      return store
    }).then(
      () => '',
      (error: unknown) => String(error instanceof Error ? error.stack : error),
    )
    return new Response(fault)
  },
}
