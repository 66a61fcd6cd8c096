import { toNextApiHandler } from 'khalti-kit/next'
import type { NextApiHandler } from 'next'
import { shopAt } from '../../../lib/shop'

export const config = { api: { bodyParser: false } }

const handler: NextApiHandler = toNextApiHandler(shopAt('/api/unparsed'))

export default handler
