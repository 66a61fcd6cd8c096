import { type FulfilContext, type Payment, PaymentHold } from 'khalti-kit/checkout'
import { type SqlPaymentsOptions, sqlPayments } from 'khalti-kit/sql'

/** What the store needs of a PrismaClient, and of the client that `$transaction` gives. */
interface Prisma {
  $queryRawUnsafe(text: string, ...values: unknown[]): Promise<unknown>
  $executeRawUnsafe(text: string, ...values: unknown[]): Promise<number>
}

interface PrismaRoot<Transaction extends Prisma> extends Prisma {
  $transaction<Result>(
    run: (transaction: Transaction) => Promise<Result>,
    options?: { timeout?: number },
  ): Promise<Result>
}

/** Orders through a PrismaClient; `fulfil` gets the client of its interactive transaction. */
export function prismaPayments<Transaction extends Prisma>(
  prisma: PrismaRoot<Transaction>,
  options: Pick<SqlPaymentsOptions<Transaction>, 'dialect' | 'now'>,
) {
  return sqlPayments<Transaction>({
    ...options,
    async query(text, values, transaction) {
      const client = transaction ?? prisma
      // On MySQL a statement gives rows, or says how many it has written. Elsewhere all that write say it by rows.
      if (options.dialect === 'mysql' && !text.startsWith('select')) {
        return { rows: [], affected: await client.$executeRawUnsafe(text, ...values) }
      }
      return { rows: (await client.$queryRawUnsafe(text, ...values)) as unknown[] }
    },
    // Prisma's own limit is 5 seconds; a claim lasts 5 minutes.
    transaction: (run) => prisma.$transaction(run, { timeout: 300_000 }),
  })
}

/** With the model `Order` of schema.prisma; in your project it is `Prisma.TransactionClient`. */
interface ShopPrisma extends Prisma {
  order: { updateMany(update: { where: object; data: object }): Promise<{ count: number }> }
}

/** `fulfil` of the checkout. */
export async function fulfilByPrisma(
  { orderId, pidx, amount }: Payment,
  { transaction, accepted }: FulfilContext<ShopPrisma>,
) {
  const where = { id: orderId, ...(!accepted && { amount }) }
  const { count } = await transaction.order.updateMany({ where, data: { paidBy: pidx } })
  if (count === 0) throw new PaymentHold('The order has changed since it was paid.')
}
