import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'undici'
import { serve } from '../../src/node/serve.ts'

/** A browser that is not Chromium, as far as a journey needs one. */
export interface OtherBrowser {
  go(url: string): Promise<void>
  /** What an expression is in the page, as JSON. */
  see<Value>(expression: string): Promise<Value>
  /** Presses the middle of an element, once it is there. */
  press(selector: string): Promise<void>
  /** Presses a field and types. */
  type(selector: string, text: string): Promise<void>
  /** What the back button does. */
  back(): Promise<void>
  /** Waits until an expression is true, also over a change of pages. */
  until(expression: string): Promise<void>
  close(): Promise<void>
}

/** What the protocols differ in: actions are the same in both. */
type Driver = Pick<OtherBrowser, 'go' | 'see' | 'close'> & { act(actions: object[]): Promise<unknown> }

const firefox = process.env.FIREFOX_PATH ?? '/usr/bin/firefox-esr'
const webkitDriver = '/usr/bin/WebKitWebDriver'
/** Milliseconds after which a wait has failed, also on a machine that is busy with something else. */
const generous = 60_000
const pollMs = 50
/** Milliseconds for one command. WebKit's driver loses an answer now and then; what only looks is asked again. */
const patience = 30_000

/** The engines, with why one cannot be started here; undefined where it can. In CI each must be there: starting it says so. */
export const otherEngines = [
  { name: 'Firefox', why: missing(firefox, 'set FIREFOX_PATH'), launch: launchFirefox },
  {
    name: 'WebKit',
    why: missing(webkitDriver) ?? missing('/usr/bin/xvfb-run') ?? missing('/usr/bin/xauth'),
    launch: launchWebKit,
  },
]

function missing(path: string, remedy = 'Debian has it in webkit2gtk-driver, xvfb and xauth'): string | undefined {
  return process.env.CI === 'true' || existsSync(path) ? undefined : `there is no ${path}; ${remedy}`
}

/** Debian's Firefox without a window, over WebDriver BiDi. With preferences, if any. */
export async function launchFirefox(preferences: Record<string, unknown> = {}): Promise<OtherBrowser> {
  const profile = mkdtempSync(join(tmpdir(), 'khalti-firefox-'))
  const lines = Object.entries(preferences).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`)
  writeFileSync(join(profile, 'user.js'), lines.join('\n'))
  const started = spawn(firefox, ['--headless', '--remote-debugging-port=0', '--profile', profile], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  const address = await new Promise<string>((resolve, reject) => {
    let said = ''
    started.stderr.on('data', (chunk) => {
      said += chunk
      const [, found] = /listening on (ws:\S+)/.exec(said) ?? []
      if (found) resolve(found)
    })
    started.once('exit', () => reject(new Error(`Firefox ended. ${said}`)))
  })
  const { send, leave } = await connect(`${address}/session`)
  await send('session.new', { capabilities: {} })
  const { contexts } = await send<{ contexts: { context: string }[] }>('browsingContext.getTree', {})
  const context = contexts[0]?.context
  return handsOn({
    go: async (url) => void (await send('browsingContext.navigate', { context, url, wait: 'complete' })),
    async see<Value>(expression: string) {
      const asked = { expression: `JSON.stringify(${expression})`, target: { context }, awaitPromise: false }
      const { result } = await send<{ result?: { value?: string } }>('script.evaluate', asked)
      return JSON.parse(result?.value ?? 'null') as Value
    },
    act: (actions) => send('input.performActions', { context, actions }),
    async close() {
      leave()
      await end(started)
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  })
}

async function connect(address: string) {
  const socket = new WebSocket(address)
  const waiting = new Map<number, (message: { result?: unknown; message?: string }) => void>()
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data))
    waiting.get(message.id)?.(message)
  })
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true })
    socket.addEventListener('error', reject, { once: true })
  })
  let asked = 0
  return {
    leave: () => socket.close(),
    async send<Result>(method: string, params: object): Promise<Result> {
      const id = asked++
      const answered = new Promise<{ result?: unknown; message?: string }>((resolve) => waiting.set(id, resolve))
      socket.send(JSON.stringify({ id, method, params }))
      const { result, message } = await answered
      if (result === undefined) throw new Error(`${method}: ${message}`)
      return result as Result
    },
  }
}

/** WebKitGTK's small browser on a screen that nobody sees, over WebDriver. */
export async function launchWebKit(): Promise<OtherBrowser> {
  const { port, close } = await serve(async () => new Response())
  await close()
  const started = spawn('xvfb-run', ['--auto-servernum', webkitDriver, `--port=${port}`], {
    stdio: 'ignore',
    detached: true,
    // It shows pages of ours alone; its sandbox needs more than a container gives.
    env: { ...process.env, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1', NO_AT_BRIDGE: '1' },
  })
  const ask = async <Value>(path: string, body?: object): Promise<Value> => {
    const init = body && { method: 'POST', body: JSON.stringify(body) }
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { ...init, signal: AbortSignal.timeout(patience) })
    const { value } = (await response.json()) as { value: Value & { message?: string } }
    if (!response.ok) throw new Error(`${path}: ${value.message}`)
    return value
  }
  await poll(() => ask('/status').catch(() => false))
  const { sessionId } = await ask<{ sessionId: string }>('/session', { capabilities: {} })
  const session = `/session/${sessionId}`
  return handsOn({
    go: async (url) => {
      const visit = () => ask<null>(`${session}/url`, { url })
      await visit().catch(visit)
    },
    see: (expression) => ask(`${session}/execute/sync`, { script: `return (${expression})`, args: [] }),
    act: (actions) => ask(`${session}/actions`, { actions }),
    close: () => end(started),
  })
}

function handsOn({ act, ...driver }: Driver): OtherBrowser {
  const { see } = driver
  const until = (expression: string) => poll(() => see(expression).catch(() => false), expression)
  async function press(selector: string) {
    const element = `document.querySelector(${JSON.stringify(selector)})`
    await until(`${element} !== null && document.readyState === 'complete'`)
    const box = await see<{ x: number; y: number; width: number; height: number }>(
      `(${element}.scrollIntoView({ block: 'center' }), ${element}.getBoundingClientRect().toJSON())`,
    )
    const [x, y] = [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)]
    const steps = [
      { type: 'pointerMove', x, y },
      { type: 'pointerDown', button: 0 },
      { type: 'pointerUp', button: 0 },
    ]
    await act([{ type: 'pointer', id: 'mouse', actions: steps }])
  }
  return {
    ...driver,
    until,
    press,
    // Later: WebKit never answers a script that leaves its own page.
    back: () => see('setTimeout(() => history.back()) > 0'),
    async type(selector, text) {
      await press(selector)
      const actions = [...text].flatMap((value) => ['keyDown', 'keyUp'].map((type) => ({ type, value })))
      await act([{ type: 'key', id: 'keyboard', actions }])
    },
  }
}

async function poll(isSo: () => Promise<unknown>, what = 'an answer'): Promise<void> {
  const end = Date.now() + generous
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`In vain waited for: ${what}`)
    await sleep(pollMs)
  }
}

/** Ends a browser with all that it has started. */
async function end(started: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => started.once('exit', resolve))
  if (started.pid === undefined || started.exitCode !== null) return
  process.kill(-started.pid)
  await ended
}
