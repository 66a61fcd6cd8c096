import { storedOf } from '../../src/checkout/stored-order.ts'
import type { Link, OrderRecord } from '../../src/rules/record.ts'
import { type Change, record } from './records.ts'
import type { ShopSettings } from './shop.ts'
import { openToldShop } from './told-shop.ts'

/** A shop whose store has an order with these links, as at {@link record}. */
export async function openKeptShop(links: Link[], change: Change<OrderRecord> = {}, settings: ShopSettings = {}) {
  const shop = openToldShop(settings)
  await shop.payments.write(storedOf(record(links, change), 0, shop.now()))
  return shop
}
