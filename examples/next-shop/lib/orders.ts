import { randomBytes } from 'node:crypto'
import { type Paisa, paisa } from 'khalti-kit'
import { database, type Queryable } from './database'
import { garment } from './goods'

/** One garment of an order, at the price of that day. */
export interface OrderLine {
  slug: string
  name: string
  unitPrice: Paisa
  quantity: number
}

export interface ShopOrder {
  id: string
  lines: OrderLine[]
  total: Paisa
  createdAt: Date
  /** When Khalti had the money. */
  paidAt: Date | undefined
  /** The parcel it left in, once paid. */
  parcel: number | undefined
}

/** How many of which garment. */
export type Cart = ReadonlyMap<string, number>

/** What is in a cart, priced. */
export function price(cart: Cart): { lines: OrderLine[]; total: Paisa } {
  const lines = [...cart].flatMap(([slug, quantity]) => {
    const found = garment(slug)
    return found ? [{ slug, name: found.name, unitPrice: found.price, quantity }] : []
  })
  return { lines, total: paisa(lines.reduce((sum, { unitPrice, quantity }) => sum + unitPrice * quantity, 0)) }
}

/** Makes an order of a cart, at today's prices. Returns its id. */
export async function placeOrder(customer: string, cart: Cart): Promise<string> {
  const id = `T-${randomBytes(5).toString('hex').toUpperCase()}`
  const { lines, total } = price(cart)
  const { query } = await database()
  await query('insert into orders (id, customer, lines, total) values ($1, $2, $3, $4)', [
    id,
    customer,
    JSON.stringify(lines),
    total,
  ])
  return id
}

/** An order, if it is this customer's. */
export async function findOrder(id: string, customer: string | undefined): Promise<ShopOrder | undefined> {
  if (customer === undefined) return undefined
  const [row] = await read('orders.id = $1 and customer = $2', [id, customer])
  return row
}

/** The orders of a customer, newest first. */
export async function ordersOf(customer: string | undefined): Promise<ShopOrder[]> {
  return customer === undefined ? [] : read('customer = $1', [customer])
}

/** What was paid, and whether a person has accepted it whatever it costs now. */
interface Paid {
  orderId: string
  /** Paisa. */
  amount: number
  accepted: boolean
}

/**
 * Hands out what was paid for. It runs in the transaction that completes the payment: both happen, or neither does. False
 * where the order does not cost what was paid any more.
 */
export async function sendParcel({ orderId, amount, accepted }: Paid, transaction: Queryable): Promise<boolean> {
  const { rows } = await transaction.query(
    'update orders set paid_at = now() where id = $1 and (total = $2 or $3) returning id',
    [orderId, amount, accepted],
  )
  if (rows.length === 0) return false
  await transaction.query('insert into parcels (order_id) values ($1)', [orderId])
  return true
}

/** "Dhaka topi and 2 more". */
export function describe([first, ...others]: OrderLine[]): string {
  if (first === undefined) return 'Nothing'
  const name = first.quantity > 1 ? `${first.quantity} × ${first.name}` : first.name
  return others.length > 0 ? `${name} and ${others.length} more` : name
}

interface Row {
  id: string
  lines: OrderLine[]
  total: number
  created_at: Date
  paid_at: Date | null
  parcel: number | null
}

async function read(where: string, values: unknown[]): Promise<ShopOrder[]> {
  const { query } = await database()
  const { rows } = await query(
    `select orders.id, lines, total, created_at, paid_at, max(number) as parcel
     from orders left join parcels on order_id = orders.id
     where ${where} group by orders.id order by created_at desc limit 50`,
    values,
  )
  return (rows as Row[]).map(({ id, lines, total, created_at, paid_at, parcel }) => ({
    id,
    lines,
    total: paisa(total),
    createdAt: created_at,
    paidAt: paid_at ?? undefined,
    parcel: parcel ?? undefined,
  }))
}
