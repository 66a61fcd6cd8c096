import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const filesIn = (folder: string, ending: RegExp) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))

const sources = filesIn('src', /\.tsx?$/)
const formats = [
  ['ESM', filesIn('dist', /\.js$/), sources],
  ['CommonJS', filesIn('dist', /\.cjs$/), sources.filter(({ name }) => !name.startsWith('cli'))],
] as const

/** The lines of a text that are a reason, as `// …`. */
const reasons = ({ text }: { text: string }) => text.match(/(?<=^ *)\/\/ .+$/gm) ?? []

/** The terminal companion is there once, as ESM, with what it alone uses. */
const terminal = readFileSync('dist/cli/main.js', 'utf8')

/** What functions and classes of these files are called. */
const names = ({ text }: { text: string }) =>
  [...text.matchAll(/^(?:export )?(?:async )?(?:function\*?|(?:abstract )?class) (\w+)/gm)].map(([, name = '']) => name)

describe.each(formats)('the build as %s', (format, built, from) => {
  const all = built.map(({ text }) => text).join('\n')

  it(`No file of the ${format} is minified`, () => {
    for (const { name, text } of built) {
      const lines = text.split('\n')
      expect([name, text.length / lines.length < 80]).toEqual([name, true])
      expect([name, Math.max(...lines.map(({ length }) => length)) < 400]).toEqual([name, true])
    }
  })

  it(`The ${format} keeps the names of functions and classes`, () => {
    const wanted = from.flatMap(names).filter((name) => format === 'ESM' || !terminal.includes(`function ${name}(`))
    expect(wanted.length).toBeGreaterThan(200)
    // A bundle of several files numbers names that two of them have: `read` and `read2`.
    expect(wanted.filter((name) => !new RegExp(`\\b${name}\\d*\\b`).test(all))).toEqual([])
  })

  it(`The ${format} keeps the comments that give a reason`, () => {
    const wanted = from.flatMap(reasons)
    const kept = wanted.filter((reason) => all.includes(reason))
    expect(wanted.length).toBeGreaterThan(50)
    // Not those within JSX, or on a line that is a type.
    expect(kept.length / wanted.length).toBeGreaterThan(0.95)
  })

  it(`The ${format} is as modern as its source: optional chaining and private fields are not translated`, () => {
    for (const { name, text } of built) {
      expect([name, /_optionalChain|_nullishCoalesce|__privateGet|__publicField/.test(text)]).toEqual([name, false])
    }
    expect(all).toMatch(/\w\?\.\w/)
    expect(all).toMatch(/^ {2}#\w+;$/m)
  })

  it(`Each error class is there once in the ${format}`, () => {
    const errors = [...new Set(sources.flatMap(({ text }) => text.match(/class (Khalti\w+Error)\b/g) ?? []))]
    expect(errors.length).toBeGreaterThan(4)
    // As CommonJS the React door has a copy of what it shares with the one for browsers.
    const parts = built.filter(({ name }) => !name.startsWith('react.')).map(({ text }) => text)
    for (const error of errors) {
      const name = error.replace('class ', '')
      const made = parts.join('\n').match(new RegExp(`\\b(var ${name} = class|class ${name})\\b`, 'g')) ?? []
      expect([name, made.length]).toEqual([name, 1])
    }
  })
})

it('The build has no source maps, which would hold every source a second time', () => {
  expect(readdirSync('dist', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.map'))).toEqual([])
})
