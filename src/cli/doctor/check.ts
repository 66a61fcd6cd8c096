/** `fail` is what breaks payments, `warn` what may, or what could not be checked. */
export type CheckStatus = 'ok' | 'warn' | 'fail'

/** One thing the doctor looked at. */
export interface Check {
  /** Stays the same from version to version, for scripts. */
  id: string
  title: string
  status: CheckStatus
  /** What was seen; never a secret. */
  detail: string
  /** What to do about it, unless it is ok. */
  remedy?: string | undefined
}

/** What a check found, without its name. */
export type Finding = Pick<Check, 'status' | 'detail' | 'remedy'>

export const ok = (detail: string): Finding => ({ status: 'ok', detail })
export const warn = (detail: string, remedy?: string): Finding => ({ status: 'warn', detail, remedy })
export const fail = (detail: string, remedy: string): Finding => ({ status: 'fail', detail, remedy })

const usualTimeoutMs = 10_000

/** Why a request of the doctor's own got no answer, in a few words. */
export function describeFailure(error: unknown, timeoutMs = usualTimeoutMs): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} seconds`
  const { cause } = error
  const { code } = (cause ?? error) as NodeJS.ErrnoException
  return code ?? (cause instanceof Error ? cause.message : error.message)
}

/** Asks like a browser without cookies, and follows no redirect. @throws where no answer comes in time. */
export async function ask(
  url: string,
  fetch: typeof globalThis.fetch = globalThis.fetch,
  {
    headers,
    timeoutMs = usualTimeoutMs,
    ...init
  }: { method?: string; headers?: Record<string, string>; timeoutMs?: number } = {},
): Promise<Response> {
  const response = await fetch(url, {
    ...init,
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
    headers: { 'user-agent': 'khalti-kit doctor', 'cache-control': 'no-cache', ...headers },
  })
  // A long answer must not keep its connection.
  const text = (await response.text()).slice(0, 10_000)
  return new Response(isEmpty(response.status) ? null : text, response)
}

const isEmpty = (status: number) => status === 204 || status === 205 || status === 304
