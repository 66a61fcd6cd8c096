import { fileURLToPath } from 'node:url'

// The fixture runs two folders below the repository, whose node_modules hold Next.
const root = fileURLToPath(new URL('../..', import.meta.url))

// With BASE_PATH it is another app, in a folder of its own: below a path, and with a slash at the end of every address.
const { BASE_PATH = '' } = process.env

export default {
  outputFileTracingRoot: root,
  turbopack: { root },
  basePath: BASE_PATH,
  trailingSlash: BASE_PATH !== '',
  distDir: `.next${BASE_PATH.replace('/', '-')}`,
  env: { ENDPOINT: `${BASE_PATH}/api/khalti` },
}
