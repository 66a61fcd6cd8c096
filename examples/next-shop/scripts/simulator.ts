import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** Runs `khalti-kit simulate` of the package that is installed in an app. */
export async function startSimulator(app: string): Promise<{ url: string; close(): void }> {
  const program = join(app, 'node_modules/khalti-kit/dist/cli/main.js')
  const simulator = spawn(process.execPath, [program, 'simulate', '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  // One line of JSON, once it listens.
  const [line] = await Promise.race([
    once(simulator.stdout, 'data'),
    once(simulator, 'exit').then(() => Promise.reject(new Error('The simulator did not start.'))),
  ])
  return { url: JSON.parse(String(line)).url, close: () => simulator.kill() }
}
