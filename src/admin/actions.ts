import type { OrderView, Payment } from '../checkout/payment.ts'
import { seeOther } from '../web-page/page.ts'
import { nothingFoundPage } from './admin-page.ts'
import { findOrder, orderPage } from './order-page.ts'
import { problemOf } from './problem.ts'
import type { Visit } from './visit.ts'

/** What a form has sent, with the order that it is about. */
export interface Sent {
  view: OrderView
  /** A field's text, without spaces around it; empty where it is missing. */
  text(name: string): string
  /** The payment that it names, where it is one of this order. */
  payment: Payment | undefined
}

/** What a form does; what it gives is said on the order's page, if it is no page. Undefined: the form names what is not there. */
export type Action = (visit: Visit, sent: Sent) => Promise<Record<string, string> | Response | undefined>

/** Reads a form; undefined where it names no order. */
export async function readSent(visit: Visit): Promise<Sent | undefined> {
  const form = await visit.desk.readForm()
  return sentBy(visit, (name) => (typeof form[name] === 'string' ? form[name] : ''))
}

/** Reads the query of a page as if it were a form. */
export function readQuery(visit: Visit): Promise<Sent | undefined> {
  return sentBy(visit, (name) => visit.query.get(name) ?? '')
}

async function sentBy(visit: Visit, raw: (name: string) => string): Promise<Sent | undefined> {
  const view = await findOrder(visit, raw('order'))
  // The form carries the order's own id: that of one of its payments is forged.
  if (view === undefined || !isSent(view.id, raw('order'))) return undefined
  const payment = view.payments.find(({ pidx }) => isSent(pidx, raw('pidx')))
  return { view, payment, text: (name) => raw(name).trim() }
}

/** Whether a form has sent this id: browsers send its line breaks as CR LF. */
const isSent = (id: string, sent: string) => id === sent || id === sent.replaceAll('\r\n', '\n')

/** Runs what a form asks for, and sends the browser on to the order's page, so that to reload it does nothing again. */
export async function act(visit: Visit, sent: Sent | undefined, action: Action): Promise<Response> {
  if (sent === undefined) return nothingFoundPage(visit)
  const { id } = sent.view
  try {
    const said = await action(visit, sent)
    if (said instanceof Response) return said
    return said === undefined ? nothingFoundPage(visit) : seeOther(visit.at('/order', { id, ...said }))
  } catch (error) {
    const problem = problemOf(visit, error, { orderId: id })
    return orderPage(visit, (await visit.desk.checkout.order(id)) ?? sent.view, problem)
  }
}

/** Asks Khalti how a payment stands, and does what follows. */
export const look: Action = async ({ desk }, { payment }) => {
  if (payment === undefined) return undefined
  await desk.checkout.settle(payment.pidx)
  return { did: 'look', at: String(Date.now()) }
}

/** A person has dealt with what the page has shown them; what came since stays open. */
export const attended: Action = async ({ desk, by }, { view, text }) => {
  const note = text('note').slice(0, 300) || undefined
  const shown = text('reasons')
  // What is no list of them is refused by the checkout. Who sends none has dealt with all of it.
  const reasons = shown === '' ? undefined : (readJson(shown) as string[])
  await desk.checkout.attended(view.id, { by, note, reasons })
  return { did: 'attended' }
}

/** What a field says as JSON; where it is none, its text. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** A person has looked how an unclear refund ended. */
export const resolve: Action = async ({ desk, by }, { view, payment, text }) => {
  const how = text('how')
  const refund = view.refunds.find(({ id, pidx }) => id === text('id') && pidx === payment?.pidx)
  if (refund === undefined || (how !== 'done' && how !== 'not-done')) return undefined
  await desk.checkout.resolveRefund(refund.pidx, refund.id, how, { by })
  return { refund: refund.id }
}
