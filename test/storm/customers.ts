import { setTimeout as pause } from 'node:timers/promises'
import type { Simulator } from 'khalti-kit/testing'
import type { Workers } from './workers.ts'

/** A link that a customer got, and the version of the cart that it was for. */
export interface GivenLink {
  pidx: string
  cart: number
  /** When the customer or Khalti ended it, by Khalti's clock. */
  endedAt?: number
}

/** One order and what its customer did. */
export interface Customer {
  orderId: string
  /** Its plan, in words. */
  does: string
  plan: Plan
  /** The version of the cart: the last one that the customer got a link for. */
  cart: number
  links: GivenLink[]
  /** What the customer paid. */
  paid: string[]
}

/** What customers meet. */
export interface Town {
  workers: Workers
  simulator: Simulator
  now(): Date
  /** Called before each request: the storm goes by what happens, not by the time, so that it is the same on any machine. */
  onVisit(): void
  /** Requests that a killed worker left without an answer. */
  broken: number
}

/** How often a customer tries before it is a failure of the shop's. */
const patience = 300

/** What a customer does, from the first click to the last. */
type Plan = (customer: Customer, town: Town) => Promise<void>

/** The plans, by name; of forty customers so many follow each. */
const plans: { name: string; of40: number; plan: Plan }[] = [
  { name: 'pays and returns', of40: 12, plan: async (me, town) => comeBack(town, [await payFirst(me, town)]) },
  { name: 'returns in two tabs that poll', of40: 4, plan: returnTwice },
  { name: 'clicks three times', of40: 2, plan: clickThrice },
  { name: 'closes the tab', of40: 8, plan: async (me, town) => void (await payFirst(me, town)) },
  { name: 'cancels', of40: 2, plan: async (me, town) => comeBack(town, [await cancelFirst(me, town)]) },
  { name: 'cancels and pays the next link', of40: 2, plan: cancelThenPay },
  { name: 'expires', of40: 2, plan: async (me, town) => end(town, await start(me, town)) },
  { name: 'expires and is completed late', of40: 2, plan: completeLate },
  { name: 'leaves', of40: 2, plan: async (me, town) => void (await start(me, town)) },
  { name: 'pays two links', of40: 2, plan: payTwoLinks },
  { name: 'changes the cart and pays the old link', of40: 1, plan: (me, town) => changeCart(me, town, ['old']) },
  { name: 'changes the cart and pays both', of40: 1, plan: (me, town) => changeCart(me, town, ['old', 'new']) },
]

/** As many customers, their plans mixed. */
export function makeCustomers(count: number): Customer[] {
  const mix = plans.flatMap(({ plan, of40, name }) => Array.from({ length: of40 }, () => ({ plan, does: name })))
  // 7 and 40 have no common divisor: plans of one kind do not come in a row, and each comes as often as it says.
  const mixed = mix.map((_, index) => mix[(index * 7) % mix.length]).filter((entry) => entry !== undefined)
  return Array.from({ length: count }, (_, index) => ({
    orderId: `order-${index}`,
    ...(mixed[index % mixed.length] ?? { plan: returnTwice, does: '' }),
    cart: 0,
    links: [],
    paid: [],
  }))
}

async function payFirst(me: Customer, town: Town): Promise<string> {
  return pay(me, town, await start(me, town))
}

async function cancelFirst(me: Customer, town: Town): Promise<string> {
  const link = await start(me, town)
  link.endedAt = town.now().getTime()
  return town.simulator.cancel(link.pidx)
}

async function returnTwice(me: Customer, town: Town): Promise<void> {
  const url = await payFirst(me, town)
  await Promise.all([comeBack(town, [url, url]), poll(me, town), poll(me, town)])
}

async function clickThrice(me: Customer, town: Town): Promise<void> {
  const [link] = await Promise.all([start(me, town), start(me, town), start(me, town)])
  await comeBack(town, [pay(me, town, link)])
}

async function cancelThenPay(me: Customer, town: Town): Promise<void> {
  const canceled = await cancelFirst(me, town)
  await comeBack(town, [canceled])
  await poll(me, town)
  await comeBack(town, [await payFirst(me, town)])
}

async function completeLate(me: Customer, town: Town): Promise<void> {
  const link = await start(me, town)
  end(town, link)
  await poll(me, town)
  pay(me, town, link)
}

/** The first is canceled, so there is a second; then both are paid, and both tabs come back at the same moment. */
async function payTwoLinks(me: Customer, town: Town): Promise<void> {
  const first = await start(me, town)
  await comeBack(town, [await cancelFirst(me, town)])
  await poll(me, town)
  const second = await start(me, town)
  await comeBack(
    town,
    [first, second].map((link) => pay(me, town, link)),
  )
}

async function changeCart(me: Customer, town: Town, pays: ('old' | 'new')[]): Promise<void> {
  const old = await start(me, town)
  const now = await start(me, town, 1)
  const links = { old, new: now }
  const urls = pays.map((which) => pay(me, town, links[which]))
  await comeBack(town, urls)
}

/** Asks for a link as often as it takes: a customer who wants to pay. */
async function start(me: Customer, town: Town, cart = me.cart): Promise<GivenLink> {
  const refusals: string[] = []
  while (refusals.length < patience) {
    const response = await visit(town, '/api/khalti/initiate', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
      body: JSON.stringify({ orderId: me.orderId, cart }),
    })
    const answer = (await response.json()) as { pidx: string; code?: string }
    if (response.status === 200) return given(me, answer.pidx, cart)
    refusals.push(`${response.status} ${answer.code}`)
    await pause(200)
  }
  throw new Error(`${me.orderId} (${me.does}) never got a link: ${lastOf(refusals)}.`)
}

const lastOf = (answers: string[]) => answers.slice(-20).join(', ')

function given(me: Customer, pidx: string, cart: number): GivenLink {
  const link = me.links.find((known) => known.pidx === pidx) ?? { pidx, cart }
  if (!me.links.includes(link)) me.links.push(link)
  me.cart = cart
  return link
}

/** Pays at Khalti, and gives the address that Khalti sends the customer back to. */
function pay(me: Customer, { simulator }: Town, { pidx }: GivenLink): string {
  me.paid.push(pidx)
  return simulator.pay(pidx)
}

function end({ simulator, now }: Town, link: GivenLink): void {
  link.endedAt = now().getTime()
  simulator.expire(link.pidx)
}

/** Comes back from Khalti, in as many tabs as there are addresses. */
async function comeBack(town: Town, urls: string[]): Promise<void> {
  const visits = urls.map((url) => visit(town, url.replace('https://shop.example', ''), { redirect: 'manual' }))
  for (const response of await Promise.all(visits)) await response.body?.cancel()
}

/** Polls as the shop's page does, until the last link is no longer pending. */
async function poll(me: Customer, town: Town): Promise<void> {
  const answers: string[] = []
  while (answers.length < patience) {
    const response = await visit(town, `/api/khalti/status?pidx=${me.links.at(-1)?.pidx}`)
    const { outcome } = (await response.json()) as { outcome?: string }
    if (response.status === 200 && outcome !== 'pending') return
    answers.push(`${response.status} ${outcome}`)
    await pause(300)
  }
  throw new Error(`${me.orderId} (${me.does}) never heard what became of its payment: ${lastOf(answers)}.`)
}

/** One request to any of the shop's servers, and the next one where that server is killed. */
async function visit(town: Town, path: string, init: RequestInit = {}): Promise<Response> {
  for (;;) {
    town.onVisit()
    const origin = await town.workers.any()
    try {
      const response = await fetch(`${origin}${path}`, init)
      const body = await response.arrayBuffer()
      return new Response(response.status === 303 ? null : body, response)
    } catch {
      town.broken += 1
      await pause(20)
    }
  }
}
