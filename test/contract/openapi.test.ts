import { readFileSync } from 'node:fs'
import { Ajv2020 as Ajv, type ValidateFunction } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { banksPath } from '../../src/wire/banks.ts'
import { initiatePath } from '../../src/wire/initiate.ts'
import { lookupPath } from '../../src/wire/lookup.ts'
import { refundPath } from '../../src/wire/refund.ts'
import { type WireSample, wireSamples } from './wire-samples.ts'

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'))
const document = read('docs/openapi.json')
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false })
ajv.addSchema(document, 'openapi.json')

/** The check of what stands at this place of the document. */
function checkAt(...path: (string | number)[]): ValidateFunction {
  const pointer = path.map((part) => encodeURIComponent(String(part).replace(/~/g, '~0').replace(/\//g, '~1')))
  return ajv.compile({ $ref: `openapi.json#/${pointer.join('/')}` })
}

const json = ['content', 'application/json', 'schema'] as const
const refund = refundPath('{transaction_id}')
const asked = (path: string) => checkAt('paths', path, 'post', 'requestBody', ...json)
const answered = (path: string, method: string, status: number) =>
  checkAt('paths', path, method, 'responses', status, ...json)

/** Where the document describes a sample. */
const placeOf: Record<string, (sample: WireSample) => ValidateFunction> = {
  initiate_request: () => asked(initiatePath),
  initiate_response: () => answered(initiatePath, 'post', 200),
  lookup_response: ({ http_status }) => answered(lookupPath, 'post', http_status ?? 200),
  refund_request: () => asked(refund),
  refund_response: () => answered(refund, 'post', 200),
  transaction_response: () => answered(banksPath, 'get', 200),
  error: () => checkAt('components', 'schemas', 'ErrorResponse'),
}

/** The redirect is no part of the API, and an empty body has no schema. */
const described = wireSamples.filter(({ kind, body }) => kind !== 'callback_query' && body !== '')

describe('the OpenAPI description', () => {
  it('The description is a valid OpenAPI 3.1 document', () => {
    // OpenAPI's own schema, with its $dynamicRefs replaced by @seriousme/openapi-schema-validator 2.x, 2026-11-23.
    const check = ajv.compile(read('test/contract/fixtures/openapi-3.1.schema.json'))
    expect([check(document), check.errors]).toEqual([true, null])
    const { openapi: _version, ...incomplete } = document
    expect(check(incomplete)).toBe(false)
  })

  it('The description has no reference to nowhere', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map((match) => match[1] ?? '')
    expect(references.length).toBeGreaterThan(20)
    for (const reference of new Set(references)) {
      const target = reference.split('/').reduce((node, part) => node?.[part], document)
      expect([reference, typeof target]).toEqual([reference, 'object'])
    }
  })

  it.each(described.map((sample) => [sample.id, sample] as const))(
    'The description fits the sample %s',
    (_id, sample) => {
      const check = placeOf[sample.kind]?.(sample)
      if (check === undefined) throw new Error(`Where does the document describe a ${sample.kind}?`)
      expect([check(sample.body), check.errors]).toEqual([true, null])
    },
  )

  it('The operations have every status of the samples', () => {
    const statuses = (path: string, method: string) => Object.keys(document.paths[path][method].responses)
    expect(statuses(initiatePath, 'post')).toEqual(['200', '400', '401', '500', '5XX'])
    expect(statuses(lookupPath, 'post')).toEqual(['200', '400', '401', '404', '5XX'])
    expect(statuses(refund, 'post')).toEqual(['200', '400', '401', '404', '5XX'])
  })

  it.each<[string, ValidateFunction, unknown]>([
    ['rupees with paisa', asked(initiatePath), { ...Object(wireSamples[0]?.body), amount: 12.5 }],
    ['a link without its address', answered(initiatePath, 'post', 200), { pidx: 'HT6o6PEZRWFJ5ygavzHWd5' }],
    [
      'an error as a lookup',
      answered(lookupPath, 'post', 200),
      { detail: 'Not found.', error_key: 'validation_error' },
    ],
    ['banks without ids', answered(banksPath, 'get', 200), { records: [{ name: 'Nabil' }] }],
    ['a number as an error message', checkAt('components', 'schemas', 'ErrorResponse'), { amount: [7] }],
  ])('The description does not fit %s', (_what, check, body) => expect(check(body)).toBe(false))
})
