import { toNextApiHandler } from 'khalti-kit/next'
import { openShop } from '../../../lib/checkout'

export default toNextApiHandler(async (request) => (await openShop()).checkout.handler(request))
