import { defineConfig } from 'vitest/config'
import { alias } from '../../vitest.config.ts'
import sets from './sets.json'

const tests = Object.entries(sets).flatMap(([name, set]) =>
  name === (process.env.MUTATION_SET ?? 'rules') ? set.tests : [],
)

export default defineConfig({
  resolve: { alias },
  test: {
    include: tests,
    // They measure time, or run a compiler.
    exclude: ['**/node_modules/**', 'test/unit/core/{callback-growth,bare-number}.test.ts'],
    // Stryker starts a worker for each mutant; within it the modules are read once.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { interval: 1 } },
  },
})
