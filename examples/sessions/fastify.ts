import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Checkout } from 'khalti-kit/checkout'
import { toNodeListener } from 'khalti-kit/node'
import { type Customer, who } from './customer.ts'

/** Call it below `app.register(fastifySession, …)`, or whatever else knows who asks. */
export function mountKhalti(app: FastifyInstance, checkout: Pick<Checkout, 'handler'>): void {
  const khalti = toNodeListener(checkout.handler)
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _body, done) => done(null))
    scope.all('/api/khalti/*', (request: FastifyRequest & { user?: Customer }, reply) => {
      reply.hijack() // the checkout answers, not Fastify
      // @fastify/passport's. Of @fastify/session take what your login has put there: request.session.user.
      return who.run(request.user, () => khalti(request.raw, reply.raw))
    })
  })
}
