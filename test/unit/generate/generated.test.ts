import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { generated } from '../../generate/generated.ts'

/** The lines that only one of two texts has. */
function difference(committed: string, made: string): string[] {
  const [old, now] = [committed.split('\n'), made.split('\n')]
  const [before, after] = [new Set(old), new Set(now)]
  const lines = [
    ...old.filter((line) => !after.has(line)).map((line) => `- ${line}`),
    ...now.filter((line) => !before.has(line)).map((line) => `+ ${line}`),
  ]
  return lines.length > 0 || committed === made ? lines : ['the lines come in another order']
}

describe('what is generated and committed', () => {
  it.each(generated.map((one) => [one.kind, one] as const))(
    'What is committed of %s is what is generated',
    async (_kind, one) => {
      for (const [path, text] of Object.entries(await one.files())) {
        const committed = existsSync(path) ? readFileSync(path, 'utf8') : ''
        const why = `${path} is not what is generated. ${one.advice} Then run \`${one.command}\` and commit what it writes.`
        expect(difference(committed, text), why).toEqual([])
      }
    },
  )
})
