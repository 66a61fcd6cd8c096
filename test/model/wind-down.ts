import { reconcile } from './operations.ts'
import type { Server } from './server.ts'
import { days, hours, minutes } from './time.ts'
import type { World } from './world.ts'

/** More steps than any operation takes: who takes more goes round in a circle. */
const mostSteps = 3_000

/** Lets everything that is under way come to its end, in the order in which it asks; what hangs dies. */
export async function finish(world: World): Promise<void> {
  for (let steps = 0; steps < mostSteps; steps += 1) {
    const [gate] = world.gates
    if (gate) await world.take(gate)
    else if (world.time.nextInMs !== undefined) await world.fireTimer()
    else return killWhatHangs(world)
  }
  world.inspector.report('ends', `something still runs after ${mostSteps} steps`)
}

async function killWhatHangs(world: World): Promise<void> {
  const hanging = world.servers.filter(({ process }) => process.running > 0 || process.gates.length > 0)
  for (const server of hanging) {
    const waits = server.process.gates.every(({ hung }) => !hung)
    world.inspector.report('ends', waits && `${server.process.name} waits for ever`)
    await world.kill(server)
  }
}

const nights = [0, 6 * minutes, 1 * hours, 3 * hours, 25 * hours, 3 * days, 5 * days, 15 * days]

/** Ends a history: everything runs out, reconcile runs now and again for weeks, and the inspector looks at what is left. */
export async function windDown(world: World): Promise<void> {
  await finish(world)
  const night: Server = world.start('night')
  for (const later of nights) {
    if (world.inspector.violation) return
    if (later > 0) world.say(`${later / hours} h pass`)
    world.time.pass(later)
    await world.begin(night, reconcile)
    await finish(world)
  }
  world.inspector.atEnd()
}
