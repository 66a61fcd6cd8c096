import type { Express, Request } from 'express'
import type { Checkout } from 'khalti-kit/checkout'
import { toNodeListener } from 'khalti-kit/node'
import { type Customer, who } from './customer.ts'

/** Call it below `app.use(session(…))` and `app.use(passport.session())`: what stands above has run. */
export function mountKhalti(app: Express, checkout: Pick<Checkout, 'handler'>): void {
  const khalti = toNodeListener(checkout.handler)
  // Passport's. Of express-session take what your login has put there: request.session.user.
  app.use('/api/khalti', (request: Request & { user?: Customer }, response, next) =>
    who.run(request.user, () => khalti(request, response, next)),
  )
}
