import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { command, packKit } from '../../runtimes/consumer.ts'
import { type Device, type Shop, startApp } from './device.ts'

const app = import.meta.dirname
const quietly = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline']

/** Longer than the busiest machine needs. */
const patience = { timeout: 120_000, interval: 50 }

const endpoint = 'https://shop.example/api/khalti'
const pidx = 'bZQLD9wRVWo4CdESSfuSsB'
const paymentUrl = `https://test-pay.khalti.com/?pidx=${pidx}`
const paid = { pidx, outcome: 'paid', orderId: 'A-42', orderName: 'Dhaka topi' }

let out: string
let android: { code: string; sources: string[]; contents: string[] }

/** Bundles the app as `expo export` does for a store, without asking the network. Gives the file with this ending. */
async function exportApp(platform: string, options: string[] = []) {
  const folder = join(out, platform)
  const args = ['expo', 'export', '--platform', platform, '--output-dir', folder, ...options]
  await command(app, 'npx', args, { CI: '1', EXPO_OFFLINE: '1', EXPO_NO_TELEMETRY: '1' })
  const scripts = join(folder, '_expo/static/js', platform)
  const names = await readdir(scripts)
  return (ending: string) => readFile(join(scripts, names.find((name) => name.endsWith(ending)) ?? ending))
}

beforeAll(async () => {
  await command(app, 'npm', ['install', ...quietly, await packKit()])
  await mkdir('.tmp', { recursive: true })
  out = await mkdtemp(resolve('.tmp/expo-'))
  const read = await exportApp('android', ['--no-bytecode', '--no-minify', '--source-maps'])
  const { sources, sourcesContent } = JSON.parse(String(await read('.map')))
  android = { code: String(await read('.js')), sources, contents: sourcesContent }
})

afterAll(() => rm(out, { recursive: true, force: true }))

/** The app on a phone. The shop answers `/status` with these outcomes, the last of them again and again. */
function start({ outcomes, link }: { outcomes: string[]; link?: string }) {
  const asked: Parameters<Shop>[0][] = []
  const shop: Shop = (request) => {
    asked.push(request)
    if (request.url.endsWith('/initiate')) return { status: 200, json: { pidx, payment_url: paymentUrl } }
    const outcome = outcomes.length > 1 ? outcomes.shift() : outcomes[0]
    return { status: 200, json: { ...paid, outcome } }
  }
  return { asked, ...startApp(android.code, { shop, ...(link !== undefined && { link }) }) }
}

/** Android writes the title in capitals. */
const button = 'PAY WITH KHALTI'

/** Waits until these texts are on the screen. A fault of the app is told instead of an empty screen. */
const shows = ({ faults, texts }: Device, ...wanted: string[]) =>
  vi.waitFor(() => expect({ faults, texts: texts() }).toEqual({ faults: [], texts: wanted }), patience)

it("Expo's bundle of an app has the React door of the package and nothing else of it, though zod is installed", () => {
  const packages = android.sources.map((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1])
  expect(packages).toEqual(expect.arrayContaining(['react-native', 'expo-web-browser', 'khalti-kit']))
  expect(packages).not.toContain('zod')
  expect(packages).not.toContain('undici')
  const own = android.sources.flatMap((source, index) =>
    source.includes('/khalti-kit/') ? [{ name: source.split('/khalti-kit/')[1], text: android.contents[index] }] : [],
  )
  expect(own.map(({ name }) => name)).toEqual(['dist/react.js', expect.stringMatching(/^dist\/chunk-\w+\.js$/)])
  for (const { text } of own) expect(text).not.toMatch(/\bnode:|undici|simulator/i)
})

it("A customer of Expo's bundle pays in the in-app browser, and reads that it is paid when it closes", async () => {
  const phone = start({ outcomes: ['pending', 'paid'] })
  await shows(phone, button, 'idle')
  phone.press(button)
  await shows(phone, button, 'leaving')
  expect(phone.opened).toEqual([paymentUrl])
  const headers = expect.objectContaining({ authorization: 'Bearer token-of-customer' })
  expect(phone.asked).toEqual([
    { method: 'POST', url: `${endpoint}/initiate`, headers, body: JSON.stringify({ orderId: 'A-42' }) },
  ])
  phone.close()
  await shows(phone, button, 'pending')
  await shows(phone, button, 'paid')
  const asking = { method: 'GET', url: `${endpoint}/status?pidx=${pidx}`, headers, body: '' }
  expect(phone.asked.slice(1)).toEqual([asking, asking])
})

it("A deep link out of the in-app browser leads Expo's bundle to the screen that says how the payment went", async () => {
  const phone = start({ outcomes: ['paid'] })
  await shows(phone, button, 'idle')
  phone.press(button)
  await shows(phone, button, 'leaving')
  phone.follow(`myshop://paid?pidx=${pidx}`)
  await shows(phone, 'Thank you! Dhaka topi is paid.')
})

it("A deep link starts Expo's bundle on the screen that says how the payment went", async () => {
  const phone = start({ outcomes: ['paid'], link: `myshop://paid?pidx=${pidx}` })
  await shows(phone, 'Thank you! Dhaka topi is paid.')
  expect(phone.asked.map(({ url }) => url)).toEqual([`${endpoint}/status?pidx=${pidx}`])
})

it('Hermes compiles the app that Expo bundles for iOS to bytecode', async () => {
  const read = await exportApp('ios')
  const bytecode = await read('.hbc')
  expect(bytecode.subarray(0, 8).toString('hex')).toBe('c61fbc03c103191f')
  for (const text of [endpoint, 'myshop://paid', '/initiate']) expect(bytecode.includes(text)).toBe(true)
  expect(bytecode.includes('ZodError')).toBe(false)
})

it('The screens of docs/apps.md have the types that Expo and React Native want', async () => {
  await command(app, process.execPath, [resolve('node_modules/@typescript/native/bin/tsc'), '--noEmit', '-p', app])
})
