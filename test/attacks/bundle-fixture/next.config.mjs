import { fileURLToPath } from 'node:url'

// The fixture runs three folders below the repository, whose node_modules hold Next.
const root = fileURLToPath(new URL('../../..', import.meta.url))

export default { outputFileTracingRoot: root, turbopack: { root } }
