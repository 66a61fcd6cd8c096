// node .ci/count.mjs REPORT: prints "passed failed" of a JSON report of vitest, and on standard error what failed and why.
import { readFileSync } from 'node:fs'

const { numPassedTests, testResults } = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const faults = testResults.flatMap(({ name, status, message, assertionResults }) => {
  const tests = assertionResults.filter((test) => test.status !== 'passed')
  // A file that cannot be loaded, or whose hook failed, has no failed test.
  const crashed = status === 'failed' && !tests.some((test) => test.status === 'failed')
  return [
    ...(crashed ? [`${name} crashed: ${message}`] : []),
    // Here nothing may be skipped: all that a test needs was installed.
    ...tests.map((test) => `${name} ${test.status}: ${test.fullName}`),
  ]
})
for (const fault of faults) console.error(`      ${fault}`)
console.log(`${numPassedTests} ${faults.length}`)
