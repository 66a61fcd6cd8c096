import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { projectOf } from '../support/projects.ts'
import { titleFault, titlesOf } from '../support/titles.ts'

const files = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .map((name) => `test/${name}`)
  .filter((path) => /\.tsx?$/.test(path) && !path.includes('node_modules/'))
const faultsOf = (path: string) =>
  titlesOf(path, readFileSync(path, 'utf8')).flatMap(({ line, text }) => {
    const why = titleFault(text)
    return why === undefined ? [] : [`${path}:${line} "${text ?? ''}" ${why}`]
  })
/** Test files, and what they share tests with. */
const withTitles = files.filter((path) => titlesOf(path, readFileSync(path, 'utf8')).length > 0)

describe('the titles of tests', () => {
  it.each(withTitles)('The titles of %s are facts by themselves', (path) => expect(faultsOf(path)).toEqual([]))

  it('Every test file belongs to a project', () => {
    const strays = files.filter((path) => /\.test\.tsx?$/.test(path) && projectOf(path) === undefined)
    expect(strays).toEqual([])
  })

  it.each([
    ['may ask first'],
    ['that is paid is fulfilled'],
    ['is sent once, whatever comes back'],
    ['has every door'],
    ['but an explained one is fine'],
    ['seen before fulfilment is never fulfilled'],
    ['take a payment over the global fetch'],
    ['the error code %s'],
    ['examples/%s, on workerd and Postgres'],
    ['%s'],
    ['after the payment was made'],
    ['builds'],
  ])('The check of titles refuses "%s"', (title) => expect(titleFault(title)).toBeTypeOf('string'))

  it.each([
    ['does not let a cheap payment pay for an expensive order'],
    ['gives one line of JSON, with the verdict of judge'],
    ['A paid order is fulfilled once'],
    ['a refused refund blocks nothing'],
    ['never makes one pidx for two payments'],
    ['accepts %s'],
    ['%s --help shows its options'],
    ['judge holds a payment of another amount'],
    ['Nobody learns from the status route who paid'],
  ])('The check of titles takes "%s"', (title) => expect(titleFault(title)).toBeUndefined())

  it('The check of titles reads every way to write a test, and no other call', () => {
    const text = `it('one', run); test.skipIf(why)(\`two \${a} b\`, run); it.each(table)('three %s', run)
      it(title(a), run); describe('none', run); expect('none').toBe(1, 2); it.each('none', 1)`
    expect(titlesOf('a.test.ts', text).map((title) => title.text)).toEqual(['one', 'two … b', 'three %s', undefined])
  })
})
