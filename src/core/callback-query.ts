/** A parameter of a query. */
export type QueryPair = [name: string, value: string]

/** Where Khalti has glued its own query on with a second `?`: before the name of a parameter that Khalti appends. */
const glue =
  /\/?\?(?=(?:pidx|status|txn|t|idx|token|bank_reference|transaction_id|tidx|txnId|amount|total_amount|mobile|purchase_order_id|purchase_order_name|message|merchant_\w+)=)/

/**
 * A redirect's parameters, with the malformed queries repaired that have been seen (`?a=b/?status=…`, `?a=b?pidx=…`). The
 * first value of a name wins, an empty one counts as absent, and one that was hidden in another's value comes last.
 */
export function readQuery(pairs: Iterable<QueryPair>): Map<string, string> {
  const plain: QueryPair[] = []
  const hidden: QueryPair[] = []
  for (const pair of pairs) {
    // One split finds all that is glued on, at any length, where looking for it level by level would take its square.
    const [own, ...glued] = split(pair.join('='), glue)
    plain.push(glued.length === 0 ? pair : splitPair(own))
    for (const query of glued) hidden.push(...new URLSearchParams(query))
  }
  const values = new Map<string, string>()
  for (const [name, value] of [...plain, ...hidden]) {
    if (value !== '' && !values.has(name)) values.set(name, value)
  }
  return values
}

function splitPair(text: string): QueryPair {
  const [name, ...value] = split(text, '=')
  return [name, value.join('=')]
}

/** A split gives one part at least. */
const split = (text: string, at: string | RegExp) => text.split(at) as [string, ...string[]]
