import ts from 'typescript'
import * as z from 'zod/mini'
import * as schemas from '../../../src/schemas.ts'
import { anyNumber, statedNumber, wholeNumber } from '../../../src/wire/fields.ts'
import { plausibleId } from '../../../src/wire/ids.ts'
import { paymentStatuses } from '../../../src/wire/status.ts'
import { createProgram } from '../../support/typescript-program.ts'

/** A JSON Schema, as plain data. */
export interface JsonSchema {
  $ref?: string
  description?: string
  properties?: Record<string, JsonSchema>
  anyOf?: JsonSchema[]
  additionalProperties?: JsonSchema | boolean
  [keyword: string]: unknown
}

/** Where the document keeps its schemas. */
export const schemaPath = '#/components/schemas/'

/** What the schemas check by code, and what Khalti takes but the client's types leave out. By schema and field. */
const moreByField: Record<string, Record<string, JsonSchema>> = {
  PaymentRequest: {
    return_url: { type: 'string', format: 'uri', maxLength: 255 },
    website_url: { type: 'string', format: 'uri', maxLength: 255 },
    // Rs 10 is the least; above 2^53 JavaScript does not count.
    amount: {
      anyOf: [
        { type: 'integer', minimum: 1000, maximum: Number.MAX_SAFE_INTEGER },
        { type: 'string', pattern: '^0*[1-9]\\d{3,14}(\\.0+)?$' },
      ],
    },
    // Khalti's own WooCommerce plugin sends a number.
    purchase_order_id: { type: ['string', 'integer'], pattern: '\\S' },
  },
  PaymentInitiateResponse: {
    pidx: { type: 'string', pattern: plausibleId.source },
    payment_url: { type: 'string', format: 'uri' },
    expires_at: { type: 'string', format: 'date-time' },
  },
  PaymentLookupRequest: { pidx: { type: 'string', pattern: plausibleId.source } },
  PaymentLookupResponse: { status: { type: 'string', minLength: 1, examples: [...paymentStatuses] } },
}

/** The schemas of `khalti-kit/schemas` as JSON Schema, under the names of their interfaces, with the sentences of those. */
export function wireSchemas(): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>()
  // A module's names come in another order from another loader.
  for (const [name, schema] of Object.entries(schemas).sort()) registry.add(fieldsOf(schema), { id: interfaceOf(name) })
  const made = z.toJSONSchema(registry, {
    io: 'input',
    unrepresentable: 'any',
    uri: (id) => schemaPath + id,
    override: ({ zodSchema, jsonSchema }) => describeByHand(zodSchema, jsonSchema),
  })
  const sentences = interfaceSentences()
  return Object.fromEntries(
    Object.entries(made.schemas)
      .sort()
      .map(([name, { $schema, $id, ...schema }]) => {
        return [name, finish(name, schema as JsonSchema, sentences)]
      }),
  )
}

/** The part of a schema that names the fields: of one that looks at the whole message first, the second. */
function fieldsOf(schema: z.ZodMiniType): z.ZodMiniType {
  return schema instanceof z.ZodMiniPipe ? (schema._zod.def.out as z.ZodMiniType) : schema
}

/** `paymentRequestSchema` is the schema of `PaymentRequest`. */
function interfaceOf(schemaName: string): string {
  const name = schemaName.replace(/Schema$/, '')
  return name.charAt(0).toUpperCase() + name.slice(1)
}

/** Says of our own building blocks what JSON Schema cannot see in their code. */
function describeByHand(schema: unknown, made: object): void {
  const json = made as JsonSchema
  if (schema === wholeNumber || schema === statedNumber)
    json.anyOf = [{ type: 'integer' }, numericText('^-?\\d+(\\.0+)?$')]
  else if (schema === anyNumber) json.anyOf = [{ type: 'number' }, numericText('^-?\\d+(\\.\\d+)?$')]
  else if (json.anyOf !== undefined) json.anyOf = json.anyOf.filter((_, index) => !forgives(schema, index))
}

const numericText = (pattern: string): JsonSchema => ({ type: 'string', pattern })

/** Whether this branch of a union reads what Khalti does not document: such branches turn it into something else. */
function forgives(union: unknown, index: number): boolean {
  const { def } = (union as { _zod: { def: { options?: { _zod: { def: { type: string } } }[] } } })._zod
  return /^(pipe|transform)$/.test(def.options?.[index]?._zod.def.type ?? '')
}

function finish(name: string, { additionalProperties, ...schema }: JsonSchema, sentences: Sentences): JsonSchema {
  const fields = Object.entries(schema.properties ?? {}).map(([field, made]): [string, JsonSchema] => {
    const description = sentences.get(`${name}.${field}`)
    const known = moreByField[name]?.[field] ?? flatten(isAnswer(name) ? withoutText(made) : withoutBlanks(made))
    return [field, { ...(description === undefined ? {} : { description }), ...known }]
  })
  const description = sentences.get(name)
  // Our refund schema refuses a misspelt name; Khalti passes over it.
  const open = additionalProperties ? { additionalProperties: true } : {}
  const named = { ...schema, properties: Object.fromEntries(fields), ...open }
  return description === undefined ? named : { description, ...named }
}

const isAnswer = (name: string) => /Response$|^Bank$/.test(name)

/** Khalti refuses a text that is blank. */
function withoutBlanks(schema: JsonSchema): JsonSchema {
  const { properties, items, anyOf } = schema
  const fields = Object.entries(properties ?? {}).map(([name, field]): [string, JsonSchema] => [
    name,
    withoutBlanks(field),
  ])
  return {
    ...schema,
    ...(schema.type === 'string' && schema.pattern === undefined ? { pattern: '\\S' } : {}),
    ...(properties && { properties: Object.fromEntries(fields) }),
    ...(items === undefined ? {} : { items: withoutBlanks(items as JsonSchema) }),
    ...(anyOf && { anyOf: anyOf.map(withoutBlanks) }),
  }
}

/** Khalti reads numbers as text, too; no answer of its own was ever seen to hold one. */
function withoutText({ anyOf, ...rest }: JsonSchema): JsonSchema {
  if (anyOf === undefined) return rest
  return { ...rest, anyOf: anyOf.filter(({ pattern }) => pattern === undefined).map(withoutText) }
}

/** A choice of one is no choice, and a choice in a choice is one choice. */
function flatten({ anyOf, ...rest }: JsonSchema): JsonSchema {
  if (anyOf === undefined)
    return rest.items === undefined ? rest : { ...rest, items: flatten(rest.items as JsonSchema) }
  const options = anyOf.map(flatten).flatMap((option) => option.anyOf ?? [option])
  const [only] = options
  if (options.length === 1 && only !== undefined) return { ...rest, ...only }
  const types = options.flatMap((option) => (Object.keys(option).join() === 'type' ? [option.type] : []))
  return types.length === options.length ? { ...rest, type: types.flat() } : { ...rest, anyOf: options }
}

type Sentences = Map<string, string>

/** What TSDoc says of each interface that the door exports, and of each of its fields. */
function interfaceSentences(): Sentences {
  const path = 'src/schemas.ts'
  // Comments need no types of others.
  const program = createProgram([{ path, text: ts.sys.readFile(path) ?? '' }], { noLib: true, types: [] })
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(path)
  const door = source && checker.getSymbolAtLocation(source)
  const exported = door === undefined ? [] : checker.getExportsOfModule(door)
  return new Map(
    exported.flatMap((name) => {
      const symbol = name.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(name) : name
      const fields = [...(symbol.members?.values() ?? [])]
      return [
        [symbol.name, sentenceOf(symbol, checker)],
        ...fields.map((field): [string, string] => [`${symbol.name}.${field.name}`, sentenceOf(field, checker)]),
      ] as [string, string][]
    }),
  )
}

function sentenceOf(symbol: ts.Symbol, checker: ts.TypeChecker): string {
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker))
  return text
    .replace(/\{@link\s+(?:KhaltiClient\.)?(\w+)\s*\}/g, '`$1`')
    .replace(/\s+/g, ' ')
    .trim()
}
