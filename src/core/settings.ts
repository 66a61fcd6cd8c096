import { baseUrls, type KhaltiEnvironment } from '../wire/endpoints.ts'
import type { KhaltiClientOptions } from './client.ts'
import { KhaltiConfigError } from './errors.ts'
import { isLoopback, khaltiEnvironmentOf } from './hosts.ts'

/** Where requests go. */
export interface Settings {
  /** Which gateway it is meant to be. */
  environment: KhaltiEnvironment
  /** The origin that is asked, without a slash at its end. */
  origin: string
}

/** What the settings are made from; what is left out comes from the environment variables. */
export type SettingsSource = Pick<KhaltiClientOptions, 'environment' | 'baseUrl' | 'allowInsecureBaseUrl'>

/** An environment variable, where the runtime has them; blank is absent. */
export function readEnv(name: string): string | undefined {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } }
  return process?.env?.[name]?.trim() || undefined
}

/** Which environment is meant. @throws KhaltiConfigError where production code has not said. */
export function resolveEnvironment(option: KhaltiEnvironment | undefined): KhaltiEnvironment {
  const said = option ?? readEnv('KHALTI_ENVIRONMENT')
  if (said === undefined) {
    if (readEnv('NODE_ENV') !== 'production') return 'sandbox'
    throw new KhaltiConfigError(
      "NODE_ENV is production, and no Khalti environment is set. Set KHALTI_ENVIRONMENT=production, or 'sandbox' where no real money may be taken: anyone can pay there with a test wallet.",
    )
  }
  if (said === 'sandbox' || said === 'production') return said
  throw new KhaltiConfigError(
    `environment is ${shown(said)}. It is 'sandbox' or 'production'; see the option and KHALTI_ENVIRONMENT.`,
  )
}

/** Where requests go, from the options and else the environment variables. */
export function resolveSettings(source: SettingsSource): Settings {
  return settingsReader(source)()
}

/** {@link resolveSettings} for every call: rereads the variables, and parses the address only where it has changed. */
export function settingsReader(source: SettingsSource): () => Settings {
  let settings: Settings | undefined
  let parsed: string | undefined
  return () => {
    const environment = resolveEnvironment(source.environment)
    const baseUrl = source.baseUrl ?? readEnv('KHALTI_BASE_URL')
    if (settings?.environment !== environment || parsed !== baseUrl) {
      const origin = baseUrl === undefined ? baseUrls[environment] : originOf(baseUrl, environment, source)
      settings = { environment, origin }
      parsed = baseUrl
    }
    return settings
  }
}

function originOf(baseUrl: string, environment: KhaltiEnvironment, source: SettingsSource): string {
  const url = parseUrl(baseUrl)
  if (url === undefined || !isBareOrigin(url)) {
    throw new KhaltiConfigError(
      `baseUrl is ${shown(String(baseUrl))}. It is an origin, such as https://dev.khalti.com or http://127.0.0.1:8787, without a path.`,
    )
  }
  refuseInsecure(url, environment, source)
  refuseOtherEnvironment(url, environment)
  return url.origin
}

/** Errors are logged: a URL may have a password in it, and what is neither URL nor word may be the key in the wrong place. */
const shown = (text: string) =>
  /[:./]|^[a-z]{0,15}$/i.test(text)
    ? JSON.stringify(text.replace(/\/\/[^/]*@/, '//…@').slice(0, 100))
    : 'something else'

/** Only a gateway on this machine, or one in the shop's own network that an option names, may be asked over http. */
function refuseInsecure({ protocol, hostname, origin }: URL, environment: KhaltiEnvironment, source: SettingsSource) {
  if (protocol === 'https:' || isLoopback(hostname)) return
  const allowed = source.allowInsecureBaseUrl === true && environment === 'sandbox'
  if (allowed && khaltiEnvironmentOf(hostname) === undefined) return
  throw new KhaltiConfigError(
    `baseUrl ${origin} is not https: whoever is on the way could read the secret key. For a simulator in your own network set allowInsecureBaseUrl: true, with environment 'sandbox'.`,
  )
}

/** With the other environment's gateway, orders would be fulfilled for test money, or tests would take real money. */
function refuseOtherEnvironment({ hostname, origin }: URL, environment: KhaltiEnvironment) {
  if (environment === 'production' && isLoopback(hostname)) {
    throw new KhaltiConfigError(
      `environment is production, but baseUrl is ${origin}. A gateway on this machine can call anything paid: use environment 'sandbox'.`,
    )
  }
  const owner = khaltiEnvironmentOf(hostname)
  if (owner === undefined || owner === environment) return
  throw new KhaltiConfigError(
    `environment is ${environment}, but baseUrl ${origin} is Khalti's ${owner}. Leave baseUrl out, or set environment to '${owner}'; see KHALTI_BASE_URL and KHALTI_ENVIRONMENT.`,
  )
}

function parseUrl(text: string): URL | undefined {
  return typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined
}

function isBareOrigin(url: URL): boolean {
  const bare = url.pathname === '/' && !url.search && !url.hash && !url.username && !url.password
  return bare && (url.protocol === 'https:' || url.protocol === 'http:')
}
