import { Database } from 'bun:sqlite'
import { runSuite } from './suite.ts'

await runSuite(process.argv[2] ?? '.', (file) => new Database(file))
