import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const debian = '/usr/bin/chromium'

/** The shell without windows does the same in half of the processor's time. */
const shell = `${debian}-headless-shell`
const executablePath = process.env.CHROMIUM_PATH ?? (existsSync(shell) ? shell : debian)

/** Milliseconds after which a wait has failed, also on a machine that is busy with something else. */
const generous = 120_000

/** Why no browser can be started here; undefined where one can. In CI one must be there: starting it says so. */
export function whyNoChromium(): string | undefined {
  if (process.env.CI === 'true' || existsSync(executablePath)) return undefined
  return `there is no Chromium at ${executablePath}; set CHROMIUM_PATH`
}

/** Why no page can stand at an address of Khalti's, which needs a certificate; undefined where one can. */
export function whyNoKhaltiPage(): string | undefined {
  if (process.env.CI === 'true' || spawnSync('openssl', ['version']).status === 0) return whyNoChromium()
  return 'there is no openssl'
}

/** Debian's Chromium, quiet: nothing that it does of its own goes over the network. With further switches, if any. */
export async function launchChromium(...switches: string[]): Promise<Browser> {
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run']
  const args = ['--no-sandbox', '--disable-gpu', ...quiet, ...switches]
  const browser = await chromium.launch({ executablePath, args, timeout: generous })
  browser.on('context', (context) => context.setDefaultTimeout(generous))
  return browser
}
