import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { KhaltiClient } from 'khalti-kit'
import { describe, expect, it } from 'vitest'

const run = promisify(execFile)
const cli = ['--import', 'tsx', 'src/cli/main.ts']

describe('khalti-kit demo', () => {
  it('takes five payments over real HTTP and judges each as it must', async () => {
    const { stdout } = await run(process.execPath, [...cli, 'demo'], { env: { ...process.env, NO_COLOR: '1' } })
    expect(stdout).toMatch(/5 of 5 verdicts as expected/)
    expect(stdout).toMatch(/Forged return URL: Completed.*✓ pending/)
    expect(stdout).toMatch(/npx khalti-kit demo --open/)
    expect(stdout).not.toContain('\u001b')
  })
})

describe('khalti-kit simulate', () => {
  it('serves a gateway that takes a payment, and ends when it is interrupted', async () => {
    const child = spawn(process.execPath, [...cli, 'simulate', '--port', '0', '--json'])
    try {
      const [line] = await once(child.stdout, 'data')
      const { url } = JSON.parse(String(line))
      const client = new KhaltiClient({ secretKey: 'anything', environment: 'sandbox', baseUrl: url })
      const { pidx, payment_url } = await client.initiate({
        amount: 1000,
        purchase_order_id: 'order-1',
        purchase_order_name: 'Dhaka topi',
        return_url: 'https://shop.example/return',
        website_url: 'https://shop.example',
      })
      expect(payment_url).toBe(`${url}/?pidx=${pidx}`)
      const form = new URLSearchParams({ khalti_id: '9800000000', mpin: '1111', otp: '987654' })
      const paid = await fetch(payment_url, { method: 'POST', body: form, redirect: 'manual' })
      expect(paid.headers.get('location')).toContain(`https://shop.example/return?pidx=${pidx}`)
      expect(await client.verify({ pidx, amount: 1000 })).toMatchObject({ outcome: 'paid' })
      await client.close()
    } finally {
      child.kill('SIGINT')
    }
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it.each([
    [['simulate', '--port', 'x'], 2, /--port is "x"/],
    [['simulate', '--nonsense'], 2, /--nonsense/],
    [['nonsense'], 2, /no command "nonsense"/],
  ])(
    '%j ends with %i and says why',
    async (args, code, message) => {
      const failure = await run(process.execPath, [...cli, ...args]).catch((error) => error)
      expect(failure).toMatchObject({ code, stderr: expect.stringMatching(message) })
    },
    60_000,
  )
})
