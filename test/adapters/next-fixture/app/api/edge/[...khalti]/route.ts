import { toNextRoute } from 'khalti-kit/next'
import { shopAt } from '../../../../lib/shop'

export const runtime = 'edge'
export const { GET, POST, OPTIONS } = toNextRoute(shopAt('/api/edge'))
