import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { generated } from './generated.ts'

/** `tsx test/generate/write.ts openapi`: writes what is generated, all of it or the kinds that are named. */
const asked = process.argv.slice(2)
for (const { kind, files } of generated) {
  if (asked.length > 0 && !asked.includes(kind)) continue
  for (const [path, text] of Object.entries(await files())) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    console.log(`Wrote ${path}.`)
  }
}
