import { type Bank, type BankPaymentType, bankListResponseSchema, bankPaymentTypes, banksPath } from '../wire/banks.ts'
import { readAnswer } from './answer.ts'
import { KhaltiInputError } from './errors.ts'
import type { Call, Gateway } from './gateway.ts'
import type { RequestLimits } from './request-options.ts'
import { isTransient, withRetries } from './retry.ts'
import { show } from './show.ts'

/** Pages that are read; Khalti's lists have one or two. */
const mostPages = 100

/** All pages of a list of banks. Pages are counted: the address in `next` is never followed, and no key is sent. */
export async function banks(gateway: Gateway, paymentType: BankPaymentType, limits: RequestLimits): Promise<Bank[]> {
  if (!bankPaymentTypes.includes(paymentType)) {
    throw new KhaltiInputError('banks was not sent', {
      payment_type: [`payment_type is ${show(paymentType)}. It is 'ebanking' or 'mobilecheckout'.`],
    })
  }
  const found: Bank[] = []
  for (let page = 1; page <= mostPages; page += 1) {
    const path = `${banksPath}?payment_type=${paymentType}&page=${page}`
    const call: Call = { operation: 'banks', method: 'GET', path, authorized: false, changes: false }
    const list = await withRetries({ gateway, call, limits, mayRepeat: isTransient }, async (attempt) =>
      readAnswer(await gateway.send(call, attempt), bankListResponseSchema),
    )
    found.push(...list.records)
    const isLast = list.total_pages === undefined ? !list.next : page >= list.total_pages
    if (isLast || list.records.length === 0) break
  }
  return found
}
