import { describe, expect, test } from 'vitest'
import { createSimulator } from '../../../src/testing.ts'
import { goodRequest, post } from '../../support/gateway.ts'

const path = '/api/v2/epayment/initiate/'
const padded = (beginning: string, length: number) => beginning.padEnd(length, 'x')

// As seen on the Django REST Framework of django.test.ts; the limit of 2048 is that of Django 5.2.
describe('an address, as Django checks it', () => {
  const statusOf = async (return_url: string) =>
    (await post(createSimulator(), path, { ...goodRequest, return_url })).status
  const hostOf = (length: number) => `${`${'a'.repeat(63)}.`.repeat(3)}${'b'.repeat(length - 200)}.example`

  test('takes an address of 2048 letters, and no longer one', async () => {
    expect(await statusOf(padded('https://shop.example/', 2048))).toBe(200)
    expect(await statusOf(padded('https://shop.example/', 2049))).toBe(400)
  })

  test('takes a host of 253 letters, and no longer one', async () => {
    expect(hostOf(253)).toHaveLength(253)
    expect(await statusOf(`https://${hostOf(253)}/`)).toBe(200)
    expect(await statusOf(`https://${hostOf(254)}/`)).toBe(400)
  })

  test.each(['-shop.example', 'shop-.example', `${'a'.repeat(64)}.example`, 'shop..example', 'shop.e', 'a_b.example'])(
    'refuses the host %s',
    async (host) => expect(await statusOf(`https://${host}/`)).toBe(400),
  )

  test.each(['xn--a.com', 'shop-2.example', `${'a'.repeat(63)}.example`, 'shop.example.', '255.249.199.99'])(
    'takes the host %s',
    async (host) => expect(await statusOf(`https://${host}/`)).toBe(200),
  )
})

describe('an address that the live API breaks over', () => {
  const live = async (return_url: unknown) =>
    post(createSimulator({ live: true }), path, { ...goodRequest, return_url })
  const empty = { status: 500, text: '' }

  test.each([
    ...['localhost', 'app.localhost', '0.0.0.0', '10.0.0.1', '127.1.2.3', '192.168.1.4', '169.254.1.1', '172.16.0.1'],
    ...['172.19.0.1', '172.20.0.1', '172.29.0.1', '172.30.0.1', '172.31.255.255'],
    ...['[::]', '[::1]', '[fc00::1]', '[fd12::1]', '[fe80::1]', '[feb0::1]'],
  ])('answers with an empty HTTP 500 where the live API is to send customers to %s', async (host) => {
    expect(await live(`http://${host}:3000/`)).toMatchObject(empty)
  })

  test.each([
    ...[
      'localhost.example',
      '10.shop.example',
      '127.shop.example',
      '110.1.2.3',
      '8.192.168.1',
      '8.169.254.1',
      '8.172.16.1',
      '172.15.0.1',
      '172.32.0.1',
    ],
    ...['shop.mylocalhost'],
    ...['[2001:db8::1]', 'shop.example:99999'],
  ])('makes a link that leads to %s on the live API', async (host) => {
    expect(await live(`http://${host}/`)).toMatchObject({ status: 200 })
  })

  test('takes 255 letters on the live API, and breaks over more', async () => {
    expect(await live(padded('https://shop.example/', 255))).toMatchObject({ status: 200 })
    expect(await live(padded('https://shop.example/', 256))).toMatchObject(empty)
  })

  test('looks on the live API for the scheme where an address begins, behind the space before it', async () => {
    expect(await live('shop.example/?to=https://shop.example')).toMatchObject(empty)
    expect(await live(' https://shop.example/ ')).toMatchObject({ status: 200 })
  })

  test('says on the live API what is wrong with an address that is no text', async () => {
    expect(await live(5)).toMatchObject({ status: 400, body: { return_url: ['Enter a valid URL.'] } })
  })

  test.each([
    [null, 'No data provided'],
    [[], 'Invalid data. Expected a dictionary, but got list.'],
  ])('says on the live API what is wrong with %j in place of a request', async (body, message) => {
    const answer = await post(createSimulator({ live: true }), path, body)
    expect(answer).toMatchObject({ status: 400, body: { non_field_errors: [message] } })
  })
})
