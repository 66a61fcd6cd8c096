import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { alias } from '../../../vitest.config.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The React tests once more, on the React 18 of this folder. */
export default defineConfig({
  root: here('../../..'),
  resolve: {
    alias: [
      ...alias,
      {
        find: /^(react|react-dom|react-test-renderer|@testing-library\/react)(?=\/|$)/,
        replacement: here('./node_modules/$1'),
      },
    ],
  },
  test: {
    testTimeout: 300_000,
    include: ['test/unit/react/*.test.tsx', 'test/adapters/react-18/version.ts'],
  },
})
