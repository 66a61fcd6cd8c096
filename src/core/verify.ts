import { KhaltiInputError } from './errors.ts'
import type { Gateway } from './gateway.ts'
import { requireId } from './ids.ts'
import { type ExpectedPayment, judge, type Verdict } from './judge.ts'
import { lookup } from './lookup.ts'
import type { RequestLimits } from './request-options.ts'
import { show } from './show.ts'

/** Looks the payment up and judges the answer. */
export async function verify(gateway: Gateway, expected: ExpectedPayment, limits: RequestLimits): Promise<Verdict> {
  const asked = checkExpected(expected)
  return judge(await lookup(gateway, asked.pidx, limits), asked)
}

/**
 * What is expected, as it is at the call: while a lookup runs, a cart may change.
 *
 * @throws KhaltiInputError for an amount that no answer could ever match, which would hold every payment.
 */
export function checkExpected(given: ExpectedPayment): ExpectedPayment {
  const expected = { ...given }
  requireId(expected.pidx, 'pidx', 'verify')
  if (Number.isSafeInteger(expected.amount)) return expected
  throw new KhaltiInputError('verify was not sent', {
    amount: [`amount is ${show(expected.amount)}. Pass the order's amount as a whole number of paisa.`],
  })
}
