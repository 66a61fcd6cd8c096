import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const src = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url))

export default defineConfig({
  resolve: {
    alias: [
      { find: '#transport', replacement: src('transport/undici.ts') },
      { find: /^khalti-kit$/, replacement: src('index.ts') },
      { find: /^khalti-kit\/(.+)$/, replacement: src('$1.ts') },
    ],
  },
  test: {
    // The real sandbox is asked only by `npm run test:sandbox`, which names its file.
    include:
      process.env.npm_lifecycle_event === 'test:sandbox' ? ['test/contract/sandbox.ts'] : ['test/**/*.test.{ts,tsx}'],
    testTimeout: 15_000,
    hookTimeout: 120_000,
  },
})
