import { defineConfig } from 'vitest/config'
import { alias } from '../../vitest.config.ts'

/** What Stryker asks: tests of `src` in this process, and of nothing else. `MUTATION_TESTS` names others, with commas. */
const tests = process.env.MUTATION_TESTS?.split(',') ?? [
  'test/unit/{core,rules}/**/*.test.ts',
  'test/journeys/*.test.ts',
]

export default defineConfig({
  resolve: { alias },
  test: {
    include: tests,
    exclude: ['**/node_modules/**'],
    testTimeout: 20_000,
    expect: { poll: { timeout: 10_000 } },
  },
})
