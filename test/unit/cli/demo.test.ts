import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { heading, pay, visit } from '../../../src/cli/demo/customer.ts'
import { storyTable } from '../../../src/cli/demo/table.ts'
import { inTerminal, khaltiKit } from '../../support/cli.ts'

describe('khalti-kit demo', () => {
  it('Khalti-kit demo takes five payments without a key, and hands goods out for the paid ones only', async () => {
    const { code, stdout, stderr } = await inTerminal(['demo', '--json'], { env: {} })
    const { ok, stories } = JSON.parse(stdout)
    expect([code, stderr, ok]).toEqual([0, '', true])
    const facts = stories.map(({ title, verdict, goods, lookup }: Record<string, unknown>) => [
      title,
      verdict,
      goods,
      lookup,
    ])
    expect(facts).toEqual([
      ['Paid', 'paid', true, 'Completed'],
      ['Canceled', 'unpaid', false, 'User canceled'],
      ['Expired on the way', 'unpaid', false, 'Expired'],
      ['Forged return URL: Completed', 'pending', false, 'Initiated'],
      ['Paid, and two 502s come first', 'paid', true, expect.stringMatching(/^Completed, lookup again after HTTP 502/)],
    ])
  })

  it('Khalti-kit demo shows them as a table that fits 110 columns, in colour only where the terminal has it', async () => {
    const [plain, coloured] = [await inTerminal(['demo']), await inTerminal(['demo'], { colors: true })]
    expect(plain.stdout).toMatch(/5 of 5 verdicts as expected, in \d+\.\d s, over real HTTP\./)
    expect(plain.stdout).toMatch(/│ Paid {27}│ shop: Paid\. Thank you! {9}│ Completed {8}│ ✓ paid {11}│/)
    expect(plain.stdout).not.toContain('\u001b')
    expect(Math.max(...plain.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110)
    expect(coloured.stdout).toContain('\u001b[32m✓ paid')
  })

  it('Khalti-kit demo shows them one below the other where the terminal has no room for the table', async () => {
    const { stdout } = await inTerminal(['demo'], { columns: 60 })
    expect(stdout).not.toContain('│')
    expect(stdout).toContain('✓ Paid\n  Dhaka topi, Rs 850.00\n  customer ended  shop: Paid. Thank you!\n')
    expect(stdout).toMatch(/verdict +paid, goods handed out/)
    expect(stdout).toContain('5 of 5 verdicts as expected')
  })

  it('Khalti-kit demo says which payment was not judged as it must be', () => {
    const story = { title: 'Paid', asked: 'Tea', customer: 'shop', lookup: 'Completed', goods: false }
    const row = storyTable({ colors: false }).row({ ...story, verdict: 'hold', expected: 'paid' })
    expect(row).toContain('✗ hold, not paid')
    expect(row).toContain('goods kept')
  })

  it('Khalti-kit demo with --open keeps a shop open in which a person can pay, until it is interrupted', async () => {
    const env = { ...process.env, BROWSER: 'none' }
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', 'demo', '--open', '--json'], { env })
    try {
      const [line] = await once(child.stdout, 'data')
      const { shopUrl, gatewayUrl } = JSON.parse(String(line))
      const shelf = await visit(shopUrl)
      const [orderId = ''] = /topi-\d+/.exec(shelf.text) ?? []
      const paymentPage = await visit(`${shopUrl}/api/khalti/initiate`, { orderId })
      expect(paymentPage.url.startsWith(`${gatewayUrl}/?pidx=`)).toBe(true)
      const end = await pay(paymentPage)
      expect(new URL(end.url).pathname).toBe(`/orders/${orderId}`)
      expect(heading(end)).toBe('Paid. Thank you!')
      expect(end.text).toContain('<dt>Goods</dt><dd>handed out</dd>')
      expect((await visit(`${gatewayUrl}/payments`)).text).toContain('Dhaka topi')
      expect((await visit(`${shopUrl}/orders/none`)).text).toContain('There is no such order.')
      const unknown = await visit(`${shopUrl}/api/khalti/initiate`, { orderId: 'gold-1' })
      expect(heading(unknown)).toBe('No payment was started. Please try again.')
      // What a refusal says does not change, so its page does not ask for itself again.
      expect([end.text.includes('<script'), unknown.text.includes('<script')]).toEqual([true, false])
      expect(heading(await visit(`${shopUrl}/api/khalti/initiate`, { orderId }))).toBe('This order is paid already.')
    } finally {
      child.kill('SIGINT')
    }
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('Khalti-kit demo runs as a program, and takes no argument', async () => {
    expect(await khaltiKit(['demo', 'x'])).toMatchObject({ code: 2, stderr: expect.stringMatching(/argument/) })
  })
})
