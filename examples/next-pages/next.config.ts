import { join } from 'node:path'
import type { NextConfig } from 'next'

// In this repository next, react and the databases lie two folders up. On its own, the shop needs neither of these two.
const repository = join(import.meta.dirname, '../..')

const config: NextConfig = {
  turbopack: { root: repository },
  outputFileTracingRoot: repository,
  // Loads files that lie beside its code, so it stays outside of the bundle.
  serverExternalPackages: ['@electric-sql/pglite'],
}

export default config
