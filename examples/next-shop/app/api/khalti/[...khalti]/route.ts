import { toNextRoute } from 'khalti-kit/next'
import { openCheckout } from '../../../../lib/checkout'

export const { GET, POST } = toNextRoute(async (request) => (await openCheckout()).handler(request))
