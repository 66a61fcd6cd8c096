import { isKhaltiError } from 'khalti-kit'
import type { Server } from './server.ts'
import { cart, orderId } from './shop.ts'
import type { World } from './world.ts'

/** Something that a server is asked to do. */
export interface Operation {
  words: string
  run(server: Server, world: World): Promise<unknown>
}

const ask = async (server: Server, path: string, init?: RequestInit) => {
  return server.checkout.handler(new Request(`https://shop.example/api/khalti/${path}`, init))
}

/** A customer asks for a link, of the cart as it is or as they have just made it. */
export function initiate(price?: number): Operation {
  return {
    words:
      price === undefined ? 'a customer wants to pay' : `a customer changes the cart to Rs ${price} and wants to pay`,
    async run(server, world) {
      if (price !== undefined) world.changeCart(price)
      const asked = world.price
      return world.handOut(asked, await server.checkout.initiate(cart(asked)))
    },
  }
}

export function settle(pidx: string): Operation {
  return {
    words: `settle ${pidx}`,
    async run(server, world) {
      const settlement = await server.checkout.settle(pidx)
      world.inspector.answered('settle', pidx, settlement)
      return `${settlement.outcome}${settlement.fulfilled ? ', fulfilled' : ''}`
    },
  }
}

export function comeBack(pidx: string): Operation {
  return {
    words: `the customer of ${pidx} comes back`,
    async run(server, world) {
      const response = await ask(server, `return?pidx=${pidx}&status=Completed`)
      const outcome = new URL(response.headers.get('location') ?? '').searchParams.get('outcome') ?? ''
      world.inspector.answered('return', pidx, { outcome })
      return outcome
    },
  }
}

export function poll(pidx: string): Operation {
  return {
    words: `a page polls ${pidx}`,
    async run(server, world) {
      const response = await ask(server, `status?pidx=${pidx}`)
      const body = (await response.json()) as { outcome?: string; code?: string }
      world.inspector.answered('status', pidx, body)
      return body.outcome ?? body.code
    },
  }
}

export const reconcile: Operation = {
  words: 'reconcile',
  run: (server) => server.checkout.reconcile(),
}

export function refund(pidx: string, { amount, id }: { amount?: number; id: string }): Operation {
  return {
    words: `refund ${amount === undefined ? 'all' : `${amount} paisa`} of ${pidx}`,
    async run(server, world) {
      const asked = { id, by: 'Sita', ...(amount !== undefined && { amount }) }
      const { state } = await server.checkout.refund(pidx, asked)
      world.inspector.answered('refund', pidx, { outcome: state })
      return state
    },
  }
}

export function resolveRefund(pidx: string, id: string, end: 'done' | 'not-done'): Operation {
  return {
    words: `a person says that the refund ${id} of ${pidx} is ${end}`,
    run: (server) => server.checkout.resolveRefund(pidx, id, end, { by: 'Sita' }),
  }
}

export function markPaid(reference: string): Operation {
  return {
    words: `the order is marked as paid in cash (${reference})`,
    run: (server, world) => server.checkout.markPaid(cart(world.price), { method: 'cash', reference, by: 'Sita' }),
  }
}

export function accept(pidx: string): Operation {
  return {
    words: `a person accepts ${pidx}`,
    run: (server) => server.checkout.accept(pidx, { by: 'Sita' }),
  }
}

export const attend: Operation = {
  words: 'a person attends to the order',
  run: (server) => server.checkout.attended(orderId, { by: 'Sita' }),
}

/** What an operation ended with, in a word. */
export function describeEnd(end: unknown): string {
  if (isKhaltiError(end)) return `fails: ${end.code}`
  if (end instanceof Error) return `fails: ${(end as { code?: string }).code ?? end.message}`
  return typeof end === 'string' ? end : JSON.stringify(end)
}
