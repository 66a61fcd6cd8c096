import type { Chance } from './chance.ts'
import { type Face, faces } from './gateway.ts'
import {
  accept,
  attend,
  comeBack,
  initiate,
  markPaid,
  type Operation,
  poll,
  reconcile,
  refund,
  resolveRefund,
  settle,
} from './operations.ts'
import type { Server } from './server.ts'
import { days, hours, minutes, seconds } from './time.ts'
import { windDown } from './wind-down.ts'
import { World, type WorldSettings } from './world.ts'

interface Way {
  weight: number
  go(): Promise<void> | void
}

/** How much may happen in one history. */
const budget = { operations: 14, turns: 8, mishaps: 4, jumps: 6 }

const jumps = [1 * seconds, 11 * seconds, 61 * seconds, 6 * minutes, 25 * minutes, 3 * hours, 25 * hours, 15 * days]
const skews = [0, 0, 1 * hours, -1 * hours, 1 * days, -14 * days]

/** One long history of one order: servers with wrong clocks, carts that change, faults, refunds, jumps of the clock. */
export class LargeWorld {
  readonly world: World
  readonly #chance: Chance
  readonly #left = { ...budget }
  #names = 0

  constructor(settings: WorldSettings, chance: Chance) {
    this.world = new World(settings)
    this.#chance = chance
  }

  /** Plays it to its end. */
  async play(): Promise<World> {
    this.#startServer()
    this.#startServer()
    while (!this.#chance.isOver && !this.world.inspector.violation) {
      await this.#chance.pick(this.#ways())?.go()
      await this.world.settle()
    }
    if (!this.world.inspector.violation) await windDown(this.world)
    return this.world
  }

  #startServer(): void {
    const name = String.fromCharCode(65 + this.#names)
    this.#names += 1
    const skew = this.#chance.pick(skews.map((ms) => ({ weight: 1, ms })))?.ms ?? 0
    this.world.start(name, skew)
  }

  #ways(): Way[] {
    const ways = [...this.#steps(), ...this.#operations(), ...this.#turns(), ...this.#mishaps(), ...this.#clock()]
    return ways.length > 0 ? ways : [{ weight: 1, go: () => {} }]
  }

  #steps(): Way[] {
    const { gates } = this.world
    return gates.map((gate) => ({ weight: Math.ceil(120 / gates.length), go: () => this.world.take(gate) }))
  }

  #clock(): Way[] {
    const { world } = this
    const next = world.time.nextInMs
    const timer: Way[] =
      next === undefined ? [] : [{ weight: world.gates.length === 0 ? 100 : 3, go: () => world.fireTimer() }]
    if (this.#left.jumps === 0) return timer
    const jump = (ms: number): Way => ({
      weight: 2,
      go: () => {
        this.#left.jumps -= 1
        world.say(ms < hours ? `${ms / seconds} s pass` : `${ms / hours} h pass`)
        world.time.pass(ms)
      },
    })
    return [...timer, ...jumps.map(jump)]
  }

  #mishaps(): Way[] {
    if (this.#left.mishaps === 0) return []
    const { world } = this
    const spend = (go: () => Promise<void>) => async () => {
      this.#left.mishaps -= 1
      await go()
    }
    const steps = world.gates.flatMap((gate) =>
      gate.mishaps.map((mishap) => ({ weight: 3, go: spend(() => world.take(gate, mishap)) })),
    )
    const deaths = world.servers.map((server) => ({
      weight: 2,
      go: spend(async () => {
        await world.kill(server)
        this.#startServer()
      }),
    }))
    return [...steps, ...deaths]
  }

  #operations(): Way[] {
    if (this.#left.operations === 0) return []
    return this.world.servers.flatMap((server) =>
      this.#possible().map(([weight, operation]) => ({ weight, go: () => this.#begin(server, operation) })),
    )
  }

  async #begin(server: Server, operation: Operation): Promise<void> {
    this.#left.operations -= 1
    await this.world.begin(server, operation)
  }

  #possible(): [weight: number, operation: Operation][] {
    const { world } = this
    const links = world.handed.map(({ pidx }) => pidx)
    const unclear = world.ledger.orders
      .values()
      .next()
      .value?.record.refunds.find(({ state }) => state === 'unclear')
    const rest: [number, Operation][] = [
      [3, reconcile],
      [1, markPaid('a')],
      [1, attend],
    ]
    if (unclear) {
      rest.push(
        [2, resolveRefund(unclear.pidx, unclear.id, 'done')],
        [2, resolveRefund(unclear.pidx, unclear.id, 'not-done')],
      )
    }
    return [
      [5, initiate()],
      [2, initiate(850)],
      [2, initiate(900)],
      ...rest,
      ...links.flatMap((pidx, index): [number, Operation][] => [
        [3, settle(pidx)],
        [2, comeBack(pidx)],
        [2, poll(pidx)],
        [1, refund(pidx, { id: `r${index}` })],
        [1, refund(pidx, { id: `part${index}`, amount: 30_000 })],
        [1, accept(pidx)],
      ]),
    ]
  }

  #turns(): Way[] {
    if (this.#left.turns === 0) return []
    return this.world.handed.flatMap(({ pidx }) =>
      faces.map((face) => ({ weight: likely[face] ?? 1, go: () => this.#turn(pidx, face) })),
    )
  }

  #turn(pidx: string, face: Face): void {
    this.#left.turns -= 1
    this.world.turn(pidx, face)
  }
}

const likely: Partial<Record<Face, number>> = { Completed: 12, 'User canceled': 4, Expired: 3, Pending: 3 }
