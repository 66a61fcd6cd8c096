import { describe, expect, test } from 'vitest'
import { createSimulator, type Simulator } from '../../../src/testing.ts'
import { plausibleId } from '../../../src/wire/ids.ts'
import { wireSample } from '../../contract/wire-samples.ts'
import { read } from '../../support/gateway.ts'

const path = '/api/v5/bank/'

async function allBanks(simulator: Simulator, type: string) {
  const banks: Record<string, unknown>[] = []
  let next: string | null = `${path}?payment_type=${type}`
  while (next !== null) {
    const { status, body } = await read(simulator, next)
    expect(status).toBe(200)
    banks.push(...body.records)
    next = body.next
  }
  return banks
}

describe('the bank list', () => {
  test('gives the bank list with the documented fields, and without a key', async () => {
    const documented = wireSample('bank-list-01').body as { records: object[] }
    const { status, body } = await read(createSimulator({ banksPerPage: 50 }), `${path}?payment_type=ebanking`)
    expect(status).toBe(200)
    expect(Object.keys(body).sort()).toEqual(Object.keys(documented).sort())
    expect(Object.keys(body.records[0]).sort()).toEqual(Object.keys(documented.records[0] ?? {}).sort())
    expect(body).toMatchObject({ total_pages: 1, next: null, previous: null, record_range: [1, body.total_records] })
  })

  test('shows first the bank that the docs show, word for word', async () => {
    const documented = wireSample('bank-list-01').body as { records: object[] }
    const { body } = await read(createSimulator(), path)
    expect(body.records[0]).toEqual(documented.records[0])
  })

  test('writes every bank by the rules that the documented one follows', async () => {
    const { records } = (await read(createSimulator({ banksPerPage: 50 }), path)).body
    const documented = (wireSample('bank-list-01').body as { records: object[] }).records[0]
    for (const bank of records) {
      expect(bank).toEqual({
        ...documented,
        idx: expect.stringMatching(plausibleId),
        name: expect.stringMatching(/^[A-Z][A-Za-z ]*\bBank\b[A-Za-z ]* Limited$/),
        short_name: expect.stringMatching(/^[A-Z]{3,6}$/),
        logo: `https://khalti-static.s3.ap-south-1.amazonaws.com/media/bank-logo/${bank.short_name.toLowerCase()}.png`,
        // A SWIFT code: four letters of the bank, two of Nepal, two of a place.
        swift_code: expect.stringMatching(/^[A-Z]{4}NP[A-Z]{2}$/),
        address: expect.stringMatching(/\bKathmandu$/),
        has_ebanking: expect.any(Boolean),
        has_mobile_checkout: expect.any(Boolean),
      })
    }
    for (const field of ['idx', 'name', 'short_name', 'swift_code']) {
      expect(new Set(records.map((bank: Record<string, string>) => bank[field])).size).toBe(records.length)
    }
  })

  test.each([
    ['ebanking', ['NBL', 'RBB']],
    ['mobilecheckout', ['NSBI', 'NMB']],
  ])('lists for %s all banks but two', async (type, missing) => {
    const listed = new Set((await allBanks(createSimulator(), type)).map((bank) => bank.short_name))
    const all = (await read(createSimulator({ banksPerPage: 50 }), path)).body.records
    const names = all.map((bank: Record<string, string>) => bank.short_name)
    expect(names.filter((name: string) => !listed.has(name))).toEqual(missing)
  })

  test('gives the bank list in pages', async () => {
    const { body } = await read(createSimulator(), `${path}?payment_type=mobilecheckout&page=2`)
    expect(body).toMatchObject({
      current_page: 2,
      record_range: [6, 10],
      next: 'https://dev.khalti.com/api/v5/bank/?payment_type=mobilecheckout&page=3',
      previous: 'https://dev.khalti.com/api/v5/bank/?payment_type=mobilecheckout&page=1',
    })
    expect(body.records).toHaveLength(5)
  })

  test.each([
    ['ebanking', 'has_ebanking'],
    ['mobilecheckout', 'has_mobile_checkout'],
  ])('lists every bank for %s once', async (type, flag) => {
    const banks = await allBanks(createSimulator(), type)
    const ids = new Set(banks.map(({ idx }) => idx))
    expect(banks.length).toBeGreaterThanOrEqual(15)
    expect(ids.size).toBe(banks.length)
    expect(banks.every((bank) => bank[flag] === true && plausibleId.test(String(bank.idx)))).toBe(true)
  })

  test.each(['0', '99', 'x', '-1', 'x1', '1x', ''])('answers that the bank list has no page "%s"', async (page) => {
    const answer = await read(createSimulator(), `${path}?page=${page}`)
    expect(answer).toMatchObject({ status: 404, body: { detail: 'Invalid page.', error_key: 'validation_error' } })
  })

  test('gives a page of the bank list whose number has two digits', async () => {
    const { body } = await read(createSimulator({ banksPerPage: 1 }), `${path}?page=10`)
    expect(body).toMatchObject({ current_page: 10, record_range: [10, 10] })
  })

  test('refuses a kind of payment that no bank has, and lists all banks without one', async () => {
    expect(await read(createSimulator(), `${path}?payment_type=cards`)).toMatchObject({
      status: 400,
      body: { payment_type: ['Select a valid choice. cards is not one of the available choices.'] },
    })
    const { body } = await read(createSimulator(), path)
    expect(body.total_records).toBeGreaterThan((await allBanks(createSimulator(), 'ebanking')).length)
  })

  test('does not let the bank list be written', async () => {
    expect(await read(createSimulator(), path, { method: 'POST' })).toMatchObject({ status: 405 })
  })
})
