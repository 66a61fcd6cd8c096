import { toNextRoute } from 'khalti-kit/next'
import { handler } from '../../../../lib/handler'

export const runtime = 'edge'
export const { GET, POST, OPTIONS } = toNextRoute(handler)
