import type { KhaltiEnvironment } from '../wire/endpoints.ts'

/** Whether a URL's hostname is this machine. `URL` has already turned `127.1` and `2130706433` into `127.0.0.1`. */
export function isLoopback(hostname: string): boolean {
  const host = bareHost(hostname)
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '::1' ||
    /^127\.\d+\.\d+\.\d+$/.test(mappedIpv4(host))
  )
}

/** Whether a URL's hostname is one that Khalti's servers cannot reach or refuse: loopback, a private range, a local name. */
export function isPrivateHost(hostname: string): boolean {
  const host = bareHost(hostname)
  return isLoopback(hostname) || host.endsWith('.local') || isPrivateIpv4(mappedIpv4(host)) || isPrivateIpv6(host)
}

/** Which of Khalti's gateways a URL's hostname belongs to; undefined where it is not Khalti's. */
export function khaltiEnvironmentOf(hostname: string): KhaltiEnvironment | undefined {
  const host = bareHost(hostname)
  if (host !== 'khalti.com' && !host.endsWith('.khalti.com')) return undefined
  // `a.` and `sandbox.` are older names of the sandbox's gateway, `test-pay.` and `test-admin.` are its pages.
  return /(^|\.)(dev|a|sandbox|test-[^.]+)\.khalti\.com$/.test(host) ? 'sandbox' : 'production'
}

function bareHost(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
}

/** `::ffff:7f00:1`, as `URL` writes an IPv4 address within IPv6, as the IPv4 address. */
function mappedIpv4(host: string): string {
  const match = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(host)
  if (!match) return host
  const [high, low] = [Number.parseInt(match[1] ?? '', 16), Number.parseInt(match[2] ?? '', 16)]
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

function isPrivateIpv4(host: string): boolean {
  return (
    /^(0|10)\.|^192\.168\.|^169\.254\.|^172\.(1[6-9]|2\d|3[01])\.|^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./.test(
      host,
    ) && /^[\d.]+$/.test(host)
  )
}

function isPrivateIpv6(host: string): boolean {
  return host.includes(':') && (host === '::' || /^f[cd]|^fe[89ab]/.test(host))
}
