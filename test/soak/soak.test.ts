import { spawnSync } from 'node:child_process'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Rest } from './rest.ts'
import type { SoakReport } from './soak.ts'

const inFlight = 64
const payments = process.env.SOAK === 'full' ? 200_000 : 2_000

describe('a soak', () => {
  let soak: SoakReport
  beforeAll(() => {
    // A process of its own: what is measured is the package, not the test runner.
    const args = ['--expose-gc', '--import', 'tsx', 'test/soak/run.ts', String(payments)]
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 4 * 3_600_000 })
    if (status !== 0) throw new Error(`The soak ended with ${status}.\n${stderr}`)
    console.log(stdout)
    soak = JSON.parse(stdout)
  }, 4 * 3_600_000)

  it('A soak is one: its payments are made, and a tenth of the requests to the gateway fail', () => {
    expect(soak.paid).toBe(payments * 0.9)
    expect(soak.requests).toBeGreaterThan(2 * payments)
    expect(soak.struck / soak.requests).toBeGreaterThan(0.08)
    expect(soak.struck / soak.requests).toBeLessThan(0.12)
  })

  it('A soak ends every payment as its customer did, and fulfils each that was paid once', () => {
    expect(soak.wrong).toEqual([])
    expect(soak.fulfilled).toBe(soak.paid)
  })

  it('A soak leaves the heap after all payments as it was after half of them, within 5 %', () => {
    expect(soak.end.heap / soak.half.heap).toBeLessThan(1.05)
    expect(soak.left).toBe(0)
  })

  it('A soak leaves no connection, no timer and no listener behind', () => {
    const { listeners } = soak.half
    const still = ({ heap: _, ...held }: Rest) => held
    expect(still(soak.half)).toEqual({ sockets: 0, timers: 0, listeners })
    expect(still(soak.end)).toEqual({ sockets: 0, timers: 0, listeners })
    expect(soak.warnings).toEqual([])
  })

  it('A soak has no more connections and timers at once than its payments need', () => {
    // Both ends of a connection for each payment that is under way, and some that a reset has just ended.
    for (const { sockets, timers } of soak.peaks) {
      expect(sockets).toBeLessThanOrEqual(4 * inFlight)
      expect(timers).toBeLessThanOrEqual(4 * inFlight)
    }
  })
})
