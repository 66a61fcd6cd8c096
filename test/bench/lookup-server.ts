import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Answers every lookup, in a process of its own; the pidx begins with the status. */
const answer = (pidx: string) => {
  const status = pidx.split('-', 1)[0]
  // Each payment has its own, as at Khalti.
  const transaction_id = status === 'Completed' ? `T${pidx}` : null
  return JSON.stringify({ pidx, total_amount: 1000, status, transaction_id, fee: 0, refunded: false })
}

const server = createServer((request, response) => {
  let text = ''
  request.setEncoding('utf8')
  request.on('data', (chunk) => {
    text += chunk
  })
  request.on('end', () => {
    const body = answer(JSON.parse(text).pidx)
    response.writeHead(body.includes('"Expired"') ? 400 : 200, {
      'content-type': 'application/json',
      'content-length': body.length,
    })
    response.end(body)
  })
})
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
