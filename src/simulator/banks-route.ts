import { type Bank, type BankListResponse, banksPath } from '../wire/banks.ts'
import { json, Refusal } from './answers.ts'
import { bankList } from './bank-list.ts'
import type { SimulatorContext } from './context.ts'

/** Lists banks, a page at a time. An unknown `payment_type` does not filter. */
export function banksRoute(request: Request, { settings }: SimulatorContext): Response {
  const url = new URL(request.url)
  const banks = bankList.filter((bank) => isIn(bank, url.searchParams.get('payment_type')))
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

function isIn(bank: Bank, paymentType: string | null): boolean {
  if (paymentType === 'ebanking') return bank.has_ebanking === true
  return paymentType !== 'mobilecheckout' || bank.has_mobile_checkout === true
}

function pageUrl(url: URL, page: number): string {
  const other = new URL(banksPath, url)
  other.search = url.search
  other.searchParams.set('page', String(page))
  return other.href
}
