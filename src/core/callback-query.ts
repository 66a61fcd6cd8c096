/** A parameter of a query. */
export type QueryPair = [name: string, value: string]

/** Parameters that Khalti appends, by which a query glued on with a second `?` is recognised. */
const appended =
  /^(.*?)\/?\?((?:pidx|status|txn|t|idx|token|bank_reference|transaction_id|tidx|txnId|amount|total_amount|mobile|purchase_order_id|purchase_order_name|message|merchant_\w+)=.*)$/s

/** A redirect's parameters, with the two malformed queries repaired: the first value wins, an empty one counts as absent. */
export function readQuery(pairs: Iterable<QueryPair>): Map<string, string> {
  const values = new Map<string, string>()
  for (const [name, value] of repaired([...pairs])) {
    if (value !== '' && !values.has(name)) values.set(name, value)
  }
  return values
}

/** The pairs, with those taken out that hide in the value of another: after all others, so that none of those is replaced. */
function repaired(pairs: QueryPair[]): QueryPair[] {
  const hidden: QueryPair[] = []
  const plain = pairs.map(([name, value]): QueryPair => {
    const match = appended.exec(value)
    if (!match) return [name, value]
    hidden.push(...repaired([...new URLSearchParams(match[2])]))
    return [name, match[1] ?? '']
  })
  return [...plain, ...hidden]
}
