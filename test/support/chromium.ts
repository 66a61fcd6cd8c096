import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'

/** Why no browser can be started here; undefined where one can. In CI one must be there: starting it says so. */
export function whyNoChromium(): string | undefined {
  if (process.env.CI === 'true' || existsSync(executablePath)) return undefined
  return `there is no Chromium at ${executablePath}; set CHROMIUM_PATH`
}

/** Debian's Chromium, quiet: nothing that it does of its own goes over the network. */
export function launchChromium(): Promise<Browser> {
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run']
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', ...quiet] })
}
