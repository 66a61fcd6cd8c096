import type { PaymentInitiateResponse } from '../wire/initiate.ts'
import { invalid, json, Refusal } from './answers.ts'
import type { SimulatorContext } from './context.ts'
import { isDictionary } from './drf-fields.ts'
import { breaksLiveApi, checkInitiate } from './initiate-rules.ts'
import { paymentUrl } from './payment-url.ts'
import { readBody } from './request-body.ts'

/** Rupees; the message calls it the limit of a merchant without KYC. */
const kycLimit = 200

/** Makes a payment link. */
export async function initiateRoute(request: Request, { settings, ledger }: SimulatorContext): Promise<Response> {
  const body = await readBody(request)
  if (settings.live && breaksLiveApi(body)) throw new Refusal(500, null)

  const order = checkInitiate(body, settings.wholeProductNumbers)
  if (!order.ok) throw invalid(order.errors)
  if (settings.kycCap && order.value.amount >= kycLimit * 100) {
    throw new Refusal(400, { detail: `Amount must be less than ${kycLimit}.` })
  }

  const entry = ledger.open(order.value, {
    request: isDictionary(body) ? body : {},
    origin: settings.originOf(request),
  })
  return json(200, {
    pidx: entry.pidx,
    payment_url: paymentUrl(entry, settings),
    expires_at: khaltiTime(entry.expiresAt),
    expires_in: Math.round((entry.expiresAt.getTime() - entry.createdAt.getTime()) / 1000),
  } satisfies PaymentInitiateResponse)
}

/** A time as Khalti writes it: six digits behind the second, and Nepal's offset. */
function khaltiTime(time: Date): string {
  const offsetMinutes = 5 * 60 + 45
  const local = new Date(time.getTime() + offsetMinutes * 60_000).toISOString()
  return local.replace('Z', '000+05:45')
}
