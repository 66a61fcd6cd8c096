import { journey } from './journey.mjs'

console.log(await journey(globalThis.process.argv[2]))
await import('./doors.mjs')
// msw keeps Deno alive.
globalThis.process.exit()
