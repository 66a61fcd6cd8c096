import { toNextRoute } from 'khalti-kit/next'
import { handler } from '../../../../lib/handler'

export const { GET, POST, OPTIONS } = toNextRoute(handler)
