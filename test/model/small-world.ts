import type { Choice, Exploration } from './explore.ts'
import type { Face } from './gateway.ts'
import { accept, comeBack, initiate, markPaid, type Operation, poll, reconcile, refund, settle } from './operations.ts'
import type { Gate, Mishap } from './process.ts'
import type { Server } from './server.ts'
import { seconds } from './time.ts'
import { finish } from './wind-down.ts'
import { type Genesis, World, type WorldSettings } from './world.ts'

/** The operations of which every two run against each other. */
export const acts = ['initiate', 'settle', 'return', 'status', 'reconcile', 'changed cart'] as const
/** What the shop's people do. */
export const deeds = ['refund', 'refund a part', 'refund another part', 'mark as paid', 'accept'] as const
export type Act = (typeof acts)[number] | (typeof deeds)[number]

/** One small world: an order with a link, two operations, how the payment stands at Khalti, and how it may change. */
export interface SmallWorld {
  first: Act
  second: Act
  face: Face
  changes: readonly Face[]
  /** Whether both run in one process. */
  together: boolean
  /** How often one may be interrupted by the other, where it could go on. Default: at every step. */
  switches?: number
  /** Whether it was paid and handed out before. Default: false. */
  isSold?: boolean
  /** How many steps may fail, hang or be the last of their process. */
  mishaps: number
}

/** The beginning of all small worlds of a kind: an order with one link that a customer has got. */
export async function beginSmallWorlds(settings: WorldSettings): Promise<Genesis> {
  const world = new World(settings)
  await makeLink(world, { isSold: false })
  return world.genesis
}

/** Makes the world anew, as often as the exploration wants; from the first day on, where there is no `genesis`. */
export async function openSmallWorld(
  settings: WorldSettings,
  small: SmallWorld,
  genesis?: Genesis,
): Promise<Exploration> {
  const world = new World(settings, genesis)
  if (genesis === undefined) await makeLink(world, small)
  const pidx = world.handed[0]?.pidx ?? ''
  if (small.face !== world.gateway.truth(pidx).face) world.turn(pidx, small.face)
  world.gateway.isStill = small.changes.length === 0
  const first = world.start('A')
  const second = small.together ? first : world.start('B')
  const play = new Play(world, pidx, small)
  await play.schedule(first, small.first)
  await play.schedule(second, small.second)
  return play
}

/** An order with one link that a customer has got, old enough to be looked at again, and due; or one that was sold. */
async function makeLink(world: World, { isSold = false }: Pick<SmallWorld, 'isSold'>): Promise<void> {
  const shop = world.start('S')
  await world.begin(shop, initiate())
  await finish(world)
  const [link] = world.handed
  if (!link) throw new Error(`The world could not be made: ${world.story.join('; ')}`)
  if (isSold) {
    world.turn(link.pidx, 'Completed')
    await world.begin(shop, settle(link.pidx))
    await finish(world)
  }
  world.servers = []
  world.story = []
  const due = world.ledger.find({ key: link.pidx })?.dueAt?.getTime() ?? 0
  world.time.pass(Math.max(11 * seconds, due - world.time.now + 1))
}

/** What can happen next in a small world: at most one change at Khalti, at most one mishap. */
class Play implements Exploration {
  readonly world: World
  readonly #pidx: string
  #changes: readonly Face[]
  #mishapsLeft: number
  #switchesLeft: number
  #lastMover: Server['process'] | undefined
  #waiting: { server: Server; operation: Operation }[] = []

  constructor(world: World, pidx: string, { changes, mishaps, switches = Number.POSITIVE_INFINITY }: SmallWorld) {
    this.world = world
    this.#pidx = pidx
    this.#changes = changes
    this.#mishapsLeft = mishaps
    this.#switchesLeft = switches
  }

  get key(): string {
    const left = [this.#changes.length, this.#mishapsLeft, this.#switchesLeft, this.#waiting.length]
    const mover = (this.#mishapsLeft > 0 || this.#switchesLeft < Number.POSITIVE_INFINITY) && this.#lastMover?.name
    return `${this.world.key} ${left.join(' ')} ${mover}`
  }

  /** Begins an operation; one that changes the cart begins at any moment. */
  async schedule(server: Server, act: Act): Promise<void> {
    const operation = this.#operation(act)
    if (act === 'changed cart') this.#waiting.push({ server, operation })
    else await this.world.begin(server, operation)
  }

  choices(): Choice[] {
    const { world } = this
    const own = this.#ownStep()
    if (own) return [() => this.#take(own), ...this.#mishaps([own])]
    const steps = [...this.#begins(), ...this.#steps()]
    if (steps.length > 0) return [...steps, ...this.#turns(), ...this.#mishaps(world.gates)]
    if (world.time.nextInMs !== undefined) return [() => world.fireTimer(), ...this.#turns()]
    const turns = this.#turns()
    return turns.length > 0 ? [() => this.#stay(), ...turns] : []
  }

  #operation(act: Act): Operation {
    const byAct: Record<Act, Operation> = {
      initiate: initiate(),
      settle: settle(this.#pidx),
      return: comeBack(this.#pidx),
      status: poll(this.#pidx),
      reconcile,
      'changed cart': initiate(900),
      refund: refund(this.#pidx, { id: 'all' }),
      'refund a part': refund(this.#pidx, { id: 'part', amount: 30_000 }),
      'refund another part': refund(this.#pidx, { id: 'other', amount: 20_000 }),
      'mark as paid': markPaid('1'),
      accept: accept(this.#pidx),
    }
    return byAct[act]
  }

  /** Nothing changes at Khalti any more. */
  async #stay(): Promise<void> {
    this.#changes = []
    this.world.gateway.isStill = true
  }

  #begins(): Choice[] {
    return this.#waiting.map((begin) => async () => {
      this.#waiting = this.#waiting.filter((other) => other !== begin)
      await this.world.begin(begin.server, begin.operation)
    })
  }

  /** Every process can go on; but there are only so many interruptions. */
  #steps(): Choice[] {
    const { gates } = this.world
    const own = gates.filter(({ process }) => process === this.#lastMover)
    const others = gates.filter(({ process }) => process !== this.#lastMover)
    const isInterruption = own.length > 0
    const switches = isInterruption && this.#switchesLeft === 0 ? [] : others
    return [
      ...own.map((gate) => () => this.#take(gate)),
      ...switches.map((gate) => () => {
        if (isInterruption) this.#switchesLeft -= 1
        return this.#take(gate)
      }),
    ]
  }

  /** A step whose place among the steps of others makes no difference: it is taken at once. */
  #ownStep(): Gate | undefined {
    return this.world.gates.find(({ isPrivate }) => isPrivate)
  }

  async #take(gate: Gate, mishap?: Mishap): Promise<void> {
    this.#lastMover = gate.process
    await this.world.take(gate, mishap)
  }

  /** A change at Khalti counts only for who asks Khalti: so it comes just before somebody does, or at the end. */
  #turns(): Choice[] {
    const { gates } = this.world
    if (gates.length > 0 && !gates.some(({ words }) => words.startsWith('looks'))) return []
    return this.#changes.map((face) => async () => {
      await this.#stay()
      this.world.turn(this.#pidx, face)
    })
  }

  /**
   * What fails, hangs or dies does nothing that others could see: it may as well do so right after its last step. Only
   * an answer that is lost has its place among the steps of others.
   */
  #mishaps(gates: Gate[]): Choice[] {
    if (this.#mishapsLeft === 0) return []
    const ways = gates.flatMap((gate) => gate.mishaps.map((mishap) => ({ gate, mishap })))
    const failures = ways.filter(({ gate, mishap }) => {
      return mishap === 'loses its answer' || this.#lastMover === undefined || this.#lastMover === gate.process
    })
    const mover = this.world.servers.find(({ process }) => process === this.#lastMover && process.running > 0)
    return [
      ...failures.map(({ gate, mishap }) => this.#spend(() => this.#take(gate, mishap))),
      ...(mover ? [this.#spend(() => this.world.kill(mover))] : []),
    ]
  }

  #spend(go: () => Promise<void>): Choice {
    return () => {
      this.#mishapsLeft -= 1
      return go()
    }
  }
}
