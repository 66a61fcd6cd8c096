import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { patternsOf, projects } from './test/support/projects.ts'

const src = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url))

/** Tests run on `src`: the names of the package lead there. */
export const alias = [
  { find: '#transport', replacement: src('transport/undici.ts') },
  { find: /^khalti-kit$/, replacement: src('index.ts') },
  { find: /^khalti-kit\/(.+)$/, replacement: src('$1.ts') },
]

/** Projects that start no servers and share threads; the others come after them, one project at a time. */
const light = ['unit', 'repo']

/**
 * Projects of many files, whose threads and processes load `src` once for all of them, which saves a third of the time: a test
 * leaves no global as it did not find it.
 */
const loadsOnce = [...light, 'database', 'package']

/** A generous end, in milliseconds: it catches what hangs, not what is slow. */
const end = 300_000

export default defineConfig({
  resolve: { alias },
  test: {
    testTimeout: end,
    hookTimeout: 2 * end,
    expect: { poll: { timeout: end / 2, interval: 5 } },
    projects: [
      ...Object.keys(projects).map((name, index) => ({
        extends: true as const,
        test: {
          name,
          ...patternsOf(name),
          isolate: !loadsOnce.includes(name),
          // Vitest would leave one processor free: on two cores, half the machine.
          ...(light.includes(name)
            ? {
                pool: 'threads' as const,
                maxWorkers: availableParallelism(),
                sequence: { groupOrder: 0 },
              }
            : {
                pool: 'forks' as const,
                sequence: { groupOrder: index },
                ...(name === 'model' && { maxWorkers: availableParallelism() }),
              }),
        },
      })),
      // The real sandbox is asked only by `npm run test:sandbox`.
      { extends: true, test: { name: 'sandbox', include: ['test/contract/sandbox.ts'] } },
    ],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.{ts,tsx}'],
      // What only a database runs, the project `database` tests.
      exclude: ['src/stores/**'],
      reporter: ['text-summary', 'json-summary'],
      // Just under what was measured on 2026-11-26. Raise them when you can; never lower them.
      thresholds: { lines: 96, statements: 94.5, functions: 94.8, branches: 89.7 },
    },
  },
})
