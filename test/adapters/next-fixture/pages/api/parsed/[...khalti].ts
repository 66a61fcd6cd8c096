import { toNextApiHandler } from 'khalti-kit/next'
import { shopAt } from '../../../lib/shop'

export default toNextApiHandler(shopAt('/api/parsed'))
