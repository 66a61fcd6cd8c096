import './doors.mjs'
import { journey } from './journey.mjs'

console.log(await journey(globalThis.process.argv[2]))
