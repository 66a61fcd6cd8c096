/** What the worker is given: variables and secrets of its host. */
export interface Bindings {
  KHALTI_SECRET_KEY: string
  KHALTI_ENVIRONMENT: 'sandbox' | 'production'
  /** For the simulator alone. */
  KHALTI_BASE_URL?: string
  SITE_URL: string
  CRON_SECRET: string
  /** Where Postgres answers over HTTP, `{ query, params }` with `{ rows }`, as Neon's does. */
  SQL_URL: string
  /** What that address wants to see. */
  SQL_CONNECTION: string
}

// Isolates share no memory, and a worker keeps no connections: payments are in a Postgres that is asked by `fetch`.
export function openDatabase({ SQL_URL, SQL_CONNECTION }: Bindings) {
  return {
    async query<Row>(query: string, params: unknown[] = []): Promise<{ rows: Row[] }> {
      const headers = { 'content-type': 'application/json', 'neon-connection-string': SQL_CONNECTION }
      const response = await fetch(SQL_URL, { method: 'POST', headers, body: JSON.stringify({ query, params }) })
      if (!response.ok) throw new Error(`The database answered ${response.status}: ${await response.text()}`)
      return response.json()
    },
  }
}
