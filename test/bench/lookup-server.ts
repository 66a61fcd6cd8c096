import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Answers every request with a completed lookup; in a process of its own, so that only the client is measured. */
const body = JSON.stringify({
  pidx: 'HT6o6PEZRWFJ5ygavzHWd5',
  total_amount: 1000,
  status: 'Completed',
  transaction_id: 'GFq9PFS7b2iYvL8Lir9oXe',
  fee: 0,
  refunded: false,
})

const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
    response.end(body)
  })
})
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
