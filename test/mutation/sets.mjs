/**
 * What is broken, in sets, by which tests it must be noticed, and at least how much of it, in percent. The tests of a set
 * are few: a mutant costs as much as importing what they import.
 *
 * @type {Record<string, { mutate: string[], tests: string[], least: number }>}
 */
export const sets = {
  // What decides about money: every pull request is held to it.
  rules: { mutate: ['src/rules/*.ts'], tests: ['test/unit/rules/*.test.ts'], least: 97 },
  money: {
    mutate: ['src/core/{judge,money,callback,callback-query,callback-source}.ts'],
    tests: ['test/unit/core/{judge,money,callback}.test.ts'],
    least: 97,
  },
  settle: {
    mutate: ['src/checkout/{settle,refund,fulfil}.ts'],
    tests: ['test/journeys/{settle,settle-edges,fulfil,claims,refund-edges,after-the-sale}.test.ts'],
    least: 97,
  },
  // The rest: every night.
  wire: { mutate: ['src/wire/*.ts'], tests: ['test/contract/*.test.ts', 'test/unit/core/*.test.ts'], least: 90 },
  core: {
    mutate: ['src/core/*.ts', '!src/core/{judge,money,callback,callback-query,callback-source}.ts'],
    tests: ['test/contract/*.test.ts', 'test/unit/core/*.test.ts'],
    least: 90,
  },
  checkout: {
    mutate: ['src/checkout/**/*.ts', '!src/checkout/{settle,refund,fulfil}.ts'],
    tests: ['test/journeys/!(demo|load).test.ts', 'test/unit/conformance/*.test.ts'],
    least: 90,
  },
  stores: {
    mutate: ['src/stores/*.ts'],
    tests: ['test/unit/stores/*.test.ts', 'test/stores/{pglite,sqlite,orms,mongodb}.test.ts'],
    least: 90,
  },
  simulator: {
    mutate: ['src/simulator/*.ts'],
    tests: ['test/unit/simulator/*.test.ts', 'test/contract/*.test.ts'],
    least: 90,
  },
  browser: { mutate: ['src/browser/*.ts'], tests: ['test/unit/browser/*.test.ts'], least: 90 },
}
