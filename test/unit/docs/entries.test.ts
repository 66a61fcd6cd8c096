import { readFileSync } from 'node:fs'
import type {
  KhaltiApiErrorKind,
  KhaltiClient,
  KhaltiClientOptions,
  KhaltiConnectionErrorReason,
  KhaltiErrorCode,
  Verdict,
} from 'khalti-kit'
import { describe, expect, it } from 'vitest'
import { anchors } from '../../support/markdown.ts'

// Records and no lists, so that TypeScript refuses one that has lost an entry.
const codes = { config: 1, input: 1, api: 1, connection: 1, response: 1 } satisfies Record<KhaltiErrorCode, 1>
const kinds = {
  authentication: 1,
  'not-found': 1,
  'rate-limit': 1,
  server: 1,
  validation: 1,
} satisfies Record<KhaltiApiErrorKind, 1>
const reasons = { timeout: 1, aborted: 1, unreachable: 1, lost: 1 } satisfies Record<KhaltiConnectionErrorReason, 1>
const outcomes = { paid: 1, pending: 1, unpaid: 1, refunded: 1, hold: 1 } satisfies Record<Verdict['outcome'], 1>
const holds = {
  'unknown-status': 1,
  'wrong-amount': 1,
  'wrong-payment': 1,
  'wrong-order': 1,
  'no-transaction': 1,
} satisfies Record<Extract<Verdict, { outcome: 'hold' }>['reason'], 1>
const options = {
  secretKey: 1,
  environment: 1,
  baseUrl: 1,
  allowInsecureBaseUrl: 1,
  timeoutMs: 1,
  maxRetries: 1,
  fetch: 1,
  hooks: 1,
  dangerouslyAllowBrowser: 1,
} satisfies Record<keyof KhaltiClientOptions, 1>
type Call = {
  [Name in Extract<keyof KhaltiClient, string>]: KhaltiClient[Name] extends (...args: never[]) => unknown ? Name : never
}[Extract<keyof KhaltiClient, string>]
const calls = {
  initiate: 1,
  lookup: 1,
  verify: 1,
  waitForPayment: 1,
  refund: 1,
  banks: 1,
  close: 1,
} satisfies Record<Call, 1>

const text = (path: string) => readFileSync(path, 'utf8')
const headings = (path: string) => anchors({ path, text: text(path) })
/** The first cells of a page's tables, without code marks and arguments. */
const rows = (path: string) => [...text(path).matchAll(/^\| `([\w-]+)/gm)].map((match) => match[1])

describe('the documentation', () => {
  it.each(Object.keys(codes))('docs/errors.md explains the error code %s', (code) =>
    expect(headings('docs/errors.md')).toContain(code),
  )
  it.each(Object.keys(codes))('The issue form offers the error code %s', (code) =>
    expect(text('.github/ISSUE_TEMPLATE/bug.yml')).toMatch(new RegExp(`^ +- ${code}$`, 'm')),
  )
  it.each(Object.keys(kinds))('docs/errors.md explains the kind %s', (kind) =>
    expect(headings('docs/errors.md')).toContain(`api-${kind}`),
  )
  it.each(Object.keys(reasons))('docs/errors.md explains the reason %s', (reason) =>
    expect(headings('docs/errors.md')).toContain(`connection-${reason}`),
  )
  it.each(Object.keys(outcomes))('docs/verdicts.md explains the outcome %s', (outcome) => {
    expect(headings('docs/verdicts.md')).toContain(outcome)
    expect(rows('docs/verdicts.md')).toContain(outcome)
  })
  it.each(Object.keys(holds))('docs/verdicts.md explains the hold reason %s', (hold) =>
    expect(rows('docs/verdicts.md')).toContain(hold),
  )
  it.each(Object.keys({ ...options, ...calls }))("docs/client.md explains the client's %s", (name) =>
    expect(rows('docs/client.md')).toContain(name),
  )
})
