import { baseUrls } from '../../../src/wire/endpoints.ts'
import { paths, sharedResponses } from './operations.ts'
import { type JsonSchema, schemaPath, wireSchemas } from './wire-schemas.ts'

const description = `Khalti's payment gateway for shops (KPG-2, also called ePayment or web checkout), as khalti-kit knows it: from Khalti's own documentation and code, and from recorded answers. Where Khalti documents nothing the text says so.

Not published by Khalti and not affiliated with it. There are no webhooks, no idempotency keys and no documented rate limit. All amounts are paisa (1 rupee = 100 paisa).`

const fieldMessages: JsonSchema = {
  description: 'Messages of one field, nested for nested fields.',
  anyOf: [
    { type: 'string' },
    { type: 'array', items: { $ref: `${schemaPath}FieldMessages` } },
    { type: 'object', additionalProperties: { $ref: `${schemaPath}FieldMessages` } },
  ],
}

/** The OpenAPI document of Khalti's web checkout, as text. */
export function openapiText(): string {
  const { ErrorResponse, ...schemas } = wireSchemas()
  const document = {
    openapi: '3.1.0',
    info: {
      title: "Khalti's web checkout (KPG-2)",
      summary: 'Payment links, lookups, refunds and banks of the Khalti payment gateway.',
      description,
      version: '2.0.0',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    externalDocs: { url: 'https://docs.khalti.com/khalti-epayment/' },
    servers: [
      { url: baseUrls.sandbox, description: 'Sandbox: test money only.' },
      { url: baseUrls.production, description: 'Production: real money.' },
    ],
    security: [{ key: [] }],
    tags: [
      { name: 'payment', description: 'Take a payment.' },
      { name: 'refund', description: 'Give money back.' },
      { name: 'banks', description: 'Banks for the bank modes.' },
    ],
    paths,
    components: {
      securitySchemes: {
        key: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description:
            'The word `Key`, a space and the secret key: `Authorization: Key 0123…`. Take the live_secret_key of the environment: the sandbox has one of that name too, on test-admin.khalti.com.',
        },
      },
      responses: sharedResponses,
      schemas: {
        ...schemas,
        ErrorResponse: { ...ErrorResponse, additionalProperties: { $ref: `${schemaPath}FieldMessages` } },
        FieldMessages: fieldMessages,
      },
    },
  }
  return `${JSON.stringify(document, null, 2)}\n`
}
