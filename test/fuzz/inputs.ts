import fc from 'fast-check'

/** Names that redirects and bodies have, and those that objects have by themselves. */
const names = [
  ...['pidx', 'status', 'transaction_id', 'tidx', 'txnId', 't', 'idx', 'amount', 'total_amount', 'mobile', 'message'],
  ...['purchase_order_id', 'purchase_order_name', 'merchant_x', 'orderId', 'order', 'id', 'note', 'how', 'refund'],
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'then',
    'length',
    'url',
    'href',
    'headers',
  ],
]
export const name = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: fc.string() })

/** Values that numbers, ids and texts turn into in wrong hands. */
const values = [
  ...[
    '',
    ' ',
    '0',
    '-0',
    '1',
    '1000',
    '1e9',
    '1e999',
    '0x10',
    'NaN',
    'Infinity',
    '9007199254740993',
    '१२३',
    '1,00,000',
  ],
  ...[
    'Completed',
    'User canceled',
    'null',
    'undefined',
    'true',
    '[object Object]',
    '../..',
    '%',
    '%00',
    '%ff',
    '%u1234',
  ],
  ...[
    'HT6o6PEZRWFJ5ygavzHWd5',
    '\0',
    '\ud800',
    '\u2028',
    '🧢',
    'ढाका',
    '<b>',
    "'",
    '"',
    '`',
    '{{x}}',
    '=cmd|1',
    '\r\nx: y',
  ],
]
export const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...values) },
  { weight: 1, arbitrary: fc.string() },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
)

/** Pieces that queries are put together from, in every wrong order. */
const pieces = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom('?', '&', '=', '#', '/', '/?', '%3F', '%26', '%253F', '+', ';', '\\', 'https://a'),
  },
  { weight: 2, arbitrary: name },
  { weight: 2, arbitrary: text },
)
export const query = fc.array(pieces, { maxLength: 24 }).map((parts) => parts.join(''))

/** Any JSON, with the names and values above where they hurt. */
export const json: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.oneof(text, fc.double(), fc.integer(), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(name, tie('value')), { maxLength: 6 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value

/** What stands on the wire where JSON should: whole, cut off, or something else. */
export const jsonText = fc.oneof(
  { weight: 4, arbitrary: json.map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: fc.tuple(json, fc.nat(60)).map(([value, end]) => JSON.stringify(value).slice(0, end)) },
  { weight: 1, arbitrary: query },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '[]', 'null', '{', '{"a":1}{"a":1}', '\ufeff{}', '<html>', `${'['.repeat(5_000)}`),
  },
)

/** A form's body. */
export const form = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.array(fc.tuple(name, text), { maxLength: 8 }).map((pairs) => new URLSearchParams(pairs).toString()),
  },
  { weight: 1, arbitrary: query },
)
