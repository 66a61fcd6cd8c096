import { toNextApiHandler } from 'khalti-kit/next'
import { handler } from '../../../lib/handler'

export default toNextApiHandler(handler)
