import { type Bank, type BankListResponse, bankPaymentTypes, banksPath } from '../wire/banks.ts'
import { invalid, json, Refusal } from './answers.ts'
import { bankList } from './bank-list.ts'
import type { SimulatorContext } from './context.ts'

/**
 * Lists banks, a page at a time; without `payment_type` all of them. Nothing public says what an unknown one draws: here it
 * is what Django's filter for a choice says, so that a typing error does not pass for a list.
 */
export function banksRoute(request: Request, { settings }: SimulatorContext): Response {
  const url = new URL(request.url)
  const type = url.searchParams.get('payment_type') ?? ''
  if (type !== '' && !(bankPaymentTypes as readonly string[]).includes(type)) {
    throw invalid({ payment_type: [`Select a valid choice. ${type} is not one of the available choices.`] })
  }
  const banks = bankList.filter((bank) => isIn(bank, type))
  const size = settings.banksPerPage
  const pages = Math.max(1, Math.ceil(banks.length / size))
  const asked = url.searchParams.get('page') ?? '1'
  const page = /^\d+$/.test(asked) ? Number(asked) : 0
  if (page < 1 || page > pages) throw new Refusal(404, { detail: 'Invalid page.', error_key: 'validation_error' })

  const first = (page - 1) * size
  const records = banks.slice(first, first + size)
  return json(200, {
    total_pages: pages,
    total_records: banks.length,
    next: page < pages ? pageUrl(url, page + 1) : null,
    previous: page > 1 ? pageUrl(url, page - 1) : null,
    record_range: [first + 1, first + records.length],
    current_page: page,
    records,
  } satisfies BankListResponse & Record<string, unknown>)
}

function isIn(bank: Bank, paymentType: string): boolean {
  if (paymentType === 'ebanking') return bank.has_ebanking === true
  return paymentType !== 'mobilecheckout' || bank.has_mobile_checkout === true
}

function pageUrl(url: URL, page: number): string {
  const other = new URL(banksPath, url)
  other.search = url.search
  other.searchParams.set('page', String(page))
  return other.href
}
