import { shopAt } from '../../../lib/shop'

export const config = { runtime: 'edge' }

// On the edge an API route is a web handler already.
export default shopAt('/api/edge-pages')
