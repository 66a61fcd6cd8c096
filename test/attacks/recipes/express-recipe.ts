import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { createSimulator } from 'khalti-kit/testing'
import { carrierOf, type RecipeCarrier, recipeKey } from './next-recipe.ts'

/** A row of a collection, as mongoose gives it. */
export interface Row {
  _id: string
  [field: string]: unknown
}

/** What the recipe uses of mongoose: queries by equality. `find` gives a list, and an empty one where nothing matches. */
function collection(rows: Row[]) {
  const matches = (row: Row, query: Record<string, unknown>) =>
    Object.entries(query).every(([field, value]) => String(row[field]) === String(value))
  return {
    rows,
    findOne: async (query: Record<string, unknown>) => rows.find((row) => matches(row, query)) ?? null,
    find: async (query: Record<string, unknown>) => rows.filter((row) => matches(row, query)),
    findByIdAndUpdate: async (_id: unknown, { $set }: { $set: Record<string, unknown> }) => {
      const row = rows.find((candidate) => candidate._id === String(_id)) ?? null
      return row && Object.assign(row, $set)
    },
    async create(fields: Record<string, unknown>) {
      const row = { _id: `${rows.length + 1}`, ...fields }
      rows.push(row)
      return row
    },
  }
}

/**
 * The recipe for Express, as tutorials show it and shops copy it (docs/coming-from-the-recipe.md takes it line by line).
 * Beside its own lines there is only what a database and a warehouse would be.
 */
export async function openExpressRecipe(simulator = createSimulator(), carrier: RecipeCarrier = carrierOf(simulator)) {
  const Item = collection([
    { _id: 'mala', name: 'Mala', price: 10 },
    { _id: 'pashmina', name: 'Pashmina', price: 9_000 },
  ])
  const PurchasedItem = collection([])
  const Payment = collection([])
  /** Each time goods left the house, by the item. */
  const handedOut: string[] = []
  /** What the recipe printed. */
  const printed: unknown[] = []
  const env = {
    KHALTI_SECRET_KEY: recipeKey,
    KHALTI_GATEWAY_URL: 'https://dev.khalti.com',
    BACKEND_URI: 'https://shop.example',
  }
  const headersList = { Authorization: `Key ${env.KHALTI_SECRET_KEY}`, 'Content-Type': 'application/json' }
  const requester = carrier({ baseURL: env.KHALTI_GATEWAY_URL, headers: headersList })

  // khalti.js
  async function initializeKhaltiPayment(details: Record<string, unknown>) {
    const response = await requester.post('/api/v2/epayment/initiate/', details)
    return response.data
  }
  async function verifyKhaltiPayment(pidx: unknown) {
    const response = await requester.post('/api/v2/epayment/lookup/', { pidx })
    return response.data
  }

  // server.js
  const app = express()
  app.use(express.json())
  app.use(express.urlencoded({ extended: true }))
  app.use((_req, res, next) => {
    res.header('Access-Control-Allow-Origin', '*') // app.use(cors())
    next()
  })

  app.post('/initialize-khalti', async (req, res) => {
    try {
      const { itemId, totalPrice, website_url } = req.body
      const itemData = await Item.findOne({ _id: itemId, price: Number(totalPrice) })
      if (!itemData) {
        res.status(400).send({ success: false, message: 'item not found' })
        return
      }
      const purchasedItemData = await PurchasedItem.create({
        item: itemId,
        paymentMethod: 'khalti',
        totalPrice: totalPrice * 100,
        status: 'pending',
      })
      const payment = await initializeKhaltiPayment({
        amount: totalPrice * 100,
        purchase_order_id: purchasedItemData._id,
        purchase_order_name: itemData.name,
        return_url: `${env.BACKEND_URI}/complete-khalti-payment`,
        website_url,
      })
      res.json({ success: true, purchasedItemData, payment })
    } catch (error) {
      printed.push(error) // console.log(error)
      res.json({ success: false, error })
    }
  })

  app.get('/complete-khalti-payment', async (req, res) => {
    const { pidx, amount, purchase_order_id, transaction_id } = req.query
    try {
      const paymentInfo = await verifyKhaltiPayment(pidx)
      if (
        paymentInfo?.status !== 'Completed' ||
        paymentInfo.transaction_id !== transaction_id ||
        Number(paymentInfo.total_amount) !== Number(amount)
      ) {
        res.status(400).json({ success: false, message: 'Incomplete information', paymentInfo })
        return
      }
      const purchasedItemData = await PurchasedItem.find({ _id: purchase_order_id, totalPrice: amount })
      if (!purchasedItemData) {
        res.status(400).send({ success: false, message: 'Purchased data not found' })
        return
      }
      const row = await PurchasedItem.findByIdAndUpdate(purchase_order_id, { $set: { status: 'completed' } })
      handedOut.push(String(row?.item))
      const paymentData = await Payment.create({
        pidx,
        transactionId: transaction_id,
        productId: purchase_order_id,
        amount,
        dataFromVerificationReq: paymentInfo,
        apiQueryFromUser: req.query,
      })
      res.json({ success: true, message: 'Payment Successful', paymentData })
    } catch (error) {
      printed.push(error) // console.log(error)
      res.status(500).json({ success: false, message: 'An error occurred', error })
    }
  })

  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    simulator,
    app,
    url,
    Item,
    PurchasedItem,
    Payment,
    handedOut,
    printed,
    /** What the recipe's page posts to buy an item at its price. */
    async buy(itemId: string, totalPrice: number): Promise<{ pidx: string; order: string }> {
      const response = await fetch(`${url}/initialize-khalti`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ itemId, totalPrice, website_url: 'https://shop.example' }),
      })
      const { payment, purchasedItemData } = (await response.json()) as {
        payment: { pidx: string }
        purchasedItemData: Row
      }
      return { pidx: payment.pidx, order: purchasedItemData._id }
    },
    /** Opens the return address, with whatever the attacker changes in it. */
    async comeBack(address: string, change: Record<string, string> = {}): Promise<Response> {
      const { search } = new URL(address)
      const query = new URLSearchParams({ ...Object.fromEntries(new URLSearchParams(search)), ...change })
      return fetch(`${url}/complete-khalti-payment?${query}`)
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
