import { toNextApiHandler } from 'khalti-kit/next'
import type { NextApiHandler } from 'next'
import { handler } from '../../../lib/handler'

export const config = { api: { bodyParser: false } }

const route: NextApiHandler = toNextApiHandler(handler)

export default route
