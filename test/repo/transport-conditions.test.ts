import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

type Entry = string | { import: string; require: string }

describe('the transport of the package', () => {
  const { imports } = JSON.parse(readFileSync('package.json', 'utf8')) as { imports: Record<string, object> }
  const { import: esm, require: commonJs, ...hosts } = imports['#transport'] as Record<string, Entry>

  it.each(Object.entries(hosts))(
    'Where a host resolves "%s", CommonJS gets CommonJS: jest with jsdom cannot require a module',
    (_host, entry) => {
      expect(entry).toEqual({
        import: expect.stringMatching(/^\.\/dist\/transport\/[a-z-]+\.js$/),
        require: expect.stringMatching(/^\.\/dist\/transport\/[a-z-]+\.cjs$/),
      })
    },
  )

  it('Where a host resolves nothing that is known, there is a transport all the same', () => {
    expect([esm, commonJs]).toEqual(['./dist/transport/default-fetch.js', './dist/transport/default-fetch.cjs'])
  })
})
