import { networkInterfaces } from 'node:os'
import { isLoopback } from '../../core/hosts.ts'
import { UsageError } from '../command.ts'

/** Where a request came in, as its customer will come in too; undefined for a host that is not answered for. */
export type OriginOf = (request: Request) => string | undefined

/** Whether `host` means every address of this machine. */
export const isEveryAddress = (host: string) => host === '0.0.0.0' || host === '::' || host === ''

/** The addresses of this machine that others reach it by. */
export function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return all.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address)
}

/**
 * Answers for this machine's own names and addresses, and for those in `allowed`: a host name, `*` for any, or an origin
 * such as `https://shop.example` where a proxy in front speaks https. Others are refused, so that no page on the web can
 * reach the simulator under a name of its own (DNS rebinding).
 */
export function originReader(host: string, allowed: readonly string[]): OriginOf {
  const entries = allowed.map(readEntry)
  const own = new Set([host.toLowerCase(), ...(isEveryAddress(host) ? ownAddresses() : [])])
  return (request) => {
    const url = new URL(request.url)
    const entry = entries.find(({ hostname }) => hostname === url.hostname || hostname === '*')
    if (entry !== undefined) return entry.origin ?? url.origin
    return isLoopback(url.hostname) || own.has(url.hostname.replace(/^\[|\]$/g, '')) ? url.origin : undefined
  }
}

function readEntry(text: string): { hostname: string; origin?: string } {
  if (text === '*') return { hostname: '*' }
  const isOrigin = /^https?:\/\//.test(text)
  const url = URL.canParse(isOrigin ? text : `http://${text}`) ? new URL(isOrigin ? text : `http://${text}`) : undefined
  if (url === undefined || `${url.pathname}${url.search}${url.username}` !== '/') {
    throw new UsageError(`--allow-host is "${text}". Give a host name such as khalti, or an origin: https://pay.test.`)
  }
  return { hostname: url.hostname, ...(isOrigin ? { origin: url.origin } : {}) }
}

/** What a request under another name gets. */
export function wrongHost(request: Request): Response {
  const { host, hostname } = new URL(request.url)
  const detail = `This simulator does not answer for ${host}. Start it with: khalti-kit simulate --allow-host ${hostname}`
  return Response.json({ detail }, { status: 421 })
}
