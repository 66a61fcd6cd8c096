import type { KhaltiEnvironment } from '../wire/endpoints.ts'

/**
 * Whether a URL's hostname is this machine. `URL` has already turned `127.1` and `2130706433` into `127.0.0.1`; who
 * connects to `0.0.0.0` or `::` gets this machine, too.
 */
export function isLoopback(hostname: string): boolean {
  return /(^|\.)localhost$|^::1?$|^127\.[\d.]+$|^0\.0\.0\.0$/.test(mappedIpv4(bareHost(hostname)))
}

/** Whether a URL's hostname is one that Khalti's servers cannot reach or refuse: loopback, a private range, a local name. */
export function isPrivateHost(hostname: string): boolean {
  const host = mappedIpv4(bareHost(hostname))
  return isLoopback(host) || isPrivateIpv4(host) || /\.local$|^f([cd]|e[89ab]).*:/.test(host)
}

/** Which of Khalti's gateways a URL's hostname belongs to; undefined where it is not Khalti's. */
export function khaltiEnvironmentOf(hostname: string): KhaltiEnvironment | undefined {
  const host = bareHost(hostname)
  if (!/(^|\.)khalti\.com$/.test(host)) return undefined
  // `a.` and `sandbox.` are older names of the sandbox's gateway, `test-pay.` and `test-admin.` are its pages.
  return /(^|\.)(dev|a|sandbox|test-[^.]+)\.khalti\.com$/.test(host) ? 'sandbox' : 'production'
}

function bareHost(hostname: string): string {
  return hostname.toLowerCase().replace(/^\[|[\].]$/g, '')
}

/** `::ffff:7f00:1`, as `URL` writes an IPv4 address within IPv6, as the IPv4 address. */
function mappedIpv4(host: string): string {
  const match = /^::ffff:([\da-f]+):([\da-f]+)$/.exec(host)
  if (!match) return host
  const [high = 0, low = 0] = match.slice(1).map((part) => Number.parseInt(part, 16))
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

function isPrivateIpv4(host: string): boolean {
  return /^(0|10|192\.168|169\.254|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\.[\d.]+$/.test(host)
}
