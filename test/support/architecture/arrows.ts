import { builtinModules } from 'node:module'
import { posix } from 'node:path'
import { type Checker, doorOf, fault, type Import, importsOf, parse, roomOf } from './source.ts'

/** What a room may use. */
interface Room {
  /** Rooms it may import from, or single files of them. */
  rooms: string[]
  /** Rooms it may import types from. */
  types?: string[]
  /** Packages it may import. */
  packages: string[]
}

/** Who may enter which room. */
const rooms: Record<string, Room> = {
  // How Nepal writes numbers, times and telephones.
  nepal: { rooms: [], packages: [] },
  wire: { rooms: [], packages: ['zod/mini'] },
  transport: { rooms: [], packages: ['undici'] },
  core: { rooms: ['wire', 'transport', 'nepal'], packages: ['zod/mini', '#transport'] },
  // Pure: of the client it knows what a verdict and an amount look like.
  rules: { rooms: [], types: ['core/judge.ts', 'core/money.ts'], packages: [] },
  checkout: { rooms: ['core', 'wire', 'rules', 'nepal', 'transport/until-aborted.ts'], packages: ['zod/mini'] },
  stores: { rooms: ['checkout/payment-store.ts', 'checkout/write-many.ts', 'core/given.ts'], packages: [] },
  conformance: { rooms: ['checkout/payment-store.ts'], packages: [] },
  // The parts that pages for people are made of.
  'web-page': { rooms: ['nepal'], packages: [] },
  // It refuses unknown options as the stores do.
  admin: { rooms: ['web-page', 'nepal', 'core/given.ts', 'checkout/in-time.ts'], types: ['checkout'], packages: [] },
  // Not core, so that it cannot share the client's mistakes.
  simulator: { rooms: ['wire', 'web-page', 'nepal'], packages: [] },
  browser: { rooms: [], types: ['core', 'wire', 'checkout'], packages: [] },
  react: { rooms: ['browser', 'nepal'], types: ['core', 'wire', 'checkout'], packages: ['react', 'react/jsx-runtime'] },
  'node-http': { rooms: [], packages: [] },
  node: { rooms: ['node-http'], packages: [] },
  next: { rooms: ['node-http'], packages: [] },
  cli: {
    rooms: ['core', 'wire', 'simulator', 'checkout', 'stores', 'web-page', 'node', 'node-http'],
    packages: ['#transport'],
  },
}

/** Packages that one door may import. */
const doorPackages: Record<string, string[]> = { msw: ['msw'], react: ['react'] }

/** Packages that must not be loaded before they are needed. */
const lazyPackages = new Set(['undici', 'undici/lib/dispatcher/agent.js'])

/** Rooms that run on Node only. */
const nodeRooms = new Set(['node', 'cli'])

/** Every import leads where the rooms allow it. */
export const arrowFaults: Checker = (source) => {
  const room = roomOf(source.path)
  if (room !== undefined && rooms[room] === undefined) {
    return [`${source.path} is in a room nobody knows: say in arrows.ts what "${room}" may import.`]
  }
  return importsOf(parse(source)).flatMap((found) => {
    const why = found.specifier.startsWith('.') ? ownFault(source.path, found) : packageFault(source.path, found)
    return why === undefined ? [] : [fault(found.node, why)]
  })
}

function ownFault(path: string, { specifier, form }: Import): string | undefined {
  if (!/\.tsx?$/.test(specifier)) return `imports ${specifier} without its extension`
  const target = posix.join(posix.dirname(path), specifier)
  if (!target.startsWith('src/')) return `imports ${target}, which is not in src`
  if (doorOf(target) !== undefined) return `imports the door ${target}; import from the room behind it`
  const [from, to] = [roomOf(path), roomOf(target)]
  if (from === undefined || from === to) return undefined
  const allowed = [...(rooms[from]?.rooms ?? []), ...(form === 'type' ? (rooms[from]?.types ?? []) : [])]
  if (allowed.some((entry) => entry === to || `src/${entry}` === target)) return undefined
  return `imports ${target}: ${from} may not import ${form === 'type' ? 'types ' : ''}from there`
}

function packageFault(path: string, { specifier, form }: Import): string | undefined {
  if (specifier.startsWith('node:') || builtinModules.includes(specifier)) return builtinFault(path, specifier)
  const [room, door] = [roomOf(path), doorOf(path)]
  const allowed = room === undefined ? doorPackages[door ?? ''] : rooms[room]?.packages
  if (!allowed?.includes(specifier)) return `imports ${specifier}, which ${room ?? path} may not`
  if (form === 'static' && lazyPackages.has(specifier)) return `imports ${specifier} at once; use import() when needed`
  return undefined
}

function builtinFault(path: string, specifier: string): string | undefined {
  if (!specifier.startsWith('node:')) return `imports ${specifier} without node:`
  return nodeRooms.has(roomOf(path) ?? '') ? undefined : `imports ${specifier}: only src/node and src/cli may`
}
