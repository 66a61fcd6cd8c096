import { DatabaseSync } from 'node:sqlite'
import { runSuite } from './suite.ts'

await runSuite(process.argv[2] ?? '.', (file) => new DatabaseSync(file))
