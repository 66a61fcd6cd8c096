import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import repository from '../../../vitest.config.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const alias = repository.resolve?.alias

/** The React tests once more, on the React 18 of this folder. */
export default defineConfig({
  ...repository,
  root: here('../../..'),
  resolve: {
    alias: [
      ...(Array.isArray(alias) ? alias : []),
      { find: /^(react|react-dom|@testing-library\/react)(?=\/|$)/, replacement: here('./node_modules/$1') },
    ],
  },
  test: {
    ...repository.test,
    include: ['test/unit/react/*.test.tsx', 'test/adapters/react-18/version.ts'],
  },
})
