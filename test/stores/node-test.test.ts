import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { storeFacts } from '../../src/conformance/describe-payment-store.ts'

const run = promisify(execFile)

it('The conformance suite runs under node --test, in real time where the store takes no clock', async () => {
  const options = ['--import', 'tsx', '--test', '--test-reporter=tap', 'test/stores/memory.node-test.ts']
  const { stdout } = await run(process.execPath, options, { env: { PATH: process.env.PATH, NODE_ENV: 'test' } })
  expect(stdout).toContain(`# pass ${storeFacts.length}`)
  expect(stdout).toContain('# fail 0')
})
