import { KhaltiClient } from 'khalti-kit'
import { describe, expect, it } from 'vitest'
import { completedLookup, pidx, paymentRequest as request } from '../../support/payment-request.ts'

function clientThatReads(body: string, status = 200): KhaltiClient {
  const fetch = async () => new Response(body, { status })
  return new KhaltiClient({ secretKey: 'sk', environment: 'sandbox', maxRetries: 0, fetch })
}

const good = JSON.stringify(completedLookup)
const mebibyte = 1024 * 1024
const lookFirst = 'It may have gone through: look before you send it again.'

describe('an answer that says neither yes nor no', () => {
  it.each<[title: string, body: string, status: number, what: string]>([
    ['nothing', '', 200, 'an empty answer'],
    ['blanks', ' \n\t', 200, 'an empty answer'],
    ['a web page', '<html></html>', 200, 'a web page'],
    ['a web page after blanks', ' \n <!doctype html>', 201, 'a web page'],
    ['text with a < in it', 'a < b', 200, 'an answer that is not what Khalti documents'],
    ['other JSON', '[]', 200, 'an answer that is not what Khalti documents'],
    ['a redirect', '', 302, 'a redirect'],
    ['a redirect with a web page', '<html></html>', 307, 'a redirect'],
    ['a good body with HTTP 300', good, 300, 'a redirect'],
    ['a good body with more than 1 MiB of blanks', good + ' '.repeat(mebibyte), 200, 'an answer over 1 MiB'],
  ])('Every call says what it got, here %s', async (_title, body, status, what) => {
    const client = clientThatReads(body, status)
    const message = (operation: string, advice: string) =>
      `${operation} got ${what} (HTTP ${status}), which says neither yes nor no. ${advice}`
    await expect(client.lookup(pidx)).rejects.toMatchObject({
      message: message('lookup', 'Try again.'),
      retryable: true,
      mayHaveBeenProcessed: false,
    })
    await expect(client.initiate(request)).rejects.toMatchObject({
      message: message('initiate', lookFirst),
      retryable: false,
      mayHaveBeenProcessed: true,
    })
    await expect(client.refund('GFq9')).rejects.toMatchObject({ message: message('refund', lookFirst) })
  })

  it('A good body with blanks up to 1 MiB is read', async () => {
    const body = good.padEnd(mebibyte, ' ')
    expect(await clientThatReads(body).lookup(pidx)).toMatchObject({ status: 'Completed' })
  })

  it('A refusal over 1 MiB is told by an excerpt of it', async () => {
    const body = `{"detail":"No."}${' '.repeat(mebibyte)}`
    await expect(clientThatReads(body, 400).lookup(pidx)).rejects.toMatchObject({
      message: 'Khalti refused lookup (HTTP 400, validation).',
      body: body.slice(0, 500),
    })
  })
})
