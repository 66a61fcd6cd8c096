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
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    testTimeout: 15_000,
    hookTimeout: 120_000,
  },
})
