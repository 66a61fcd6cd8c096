import { rule } from './draft.ts'

/** Another order has the transaction id of this payment already. The id finds that one, and a person must look at both. */
export const shareId = rule((draft, { pidx, owner }: { pidx: string; owner: string }) => {
  const link = draft.link(pidx)
  if (link?.transactionId === undefined) return
  link.sharesId = true
  draft.note({ what: 'shared-transaction', pidx, text: `${link.transactionId} of ${owner}` })
})
