import { KhaltiClient, rupees } from 'khalti-kit'
import { type CheckoutOptions, createCheckout } from 'khalti-kit/checkout'
import { onTestFinished, vi } from 'vitest'

const told = Symbol.for('khalti-kit.checkout.told')
const forgetTold = () => Reflect.deleteProperty(globalThis, told)

/** The faults that a server says at its start of a checkout with these options, and whatever lines follow them. */
export function toldAtStart(others: Partial<CheckoutOptions>): string[] {
  // Each text is told once in a process, which is every test's.
  forgetTold()
  vi.useFakeTimers()
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  onTestFinished(() => {
    vi.useRealTimers()
    warn.mockRestore()
    forgetTold()
  })
  createCheckout({
    client: new KhaltiClient({ secretKey: 'a-key' }),
    payments: { read() {}, write() {}, due() {}, list() {} } as never,
    siteUrl: 'https://shop.example',
    readOrder: () => ({ id: 'A-1', name: 'Tea', amount: rupees(10) }),
    fulfil: () => {},
    landing: () => '/',
    ...others,
  })
  vi.runAllTimers()
  const lines = warn.mock.calls.flatMap(([text]) => String(text).split('\n'))
  warn.mockClear()
  return lines.slice(1, -1).map((line) => line.replace(/^ {2}(- )?/, ''))
}
