import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../..', import.meta.url))

/**
 * Puts khalti-kit into `<app>/node_modules` as npm would: what `npm pack` makes of the built package, unpacked. The rest
 * of the dependencies is found further up, in this repository.
 */
export async function installKit(app: string): Promise<void> {
  const kit = join(app, 'node_modules/khalti-kit')
  await rm(kit, { recursive: true, force: true })
  await mkdir(kit, { recursive: true })
  await mkdir(join(root, '.tmp'), { recursive: true })
  const folder = await mkdtemp(join(root, '.tmp/pack-'))
  try {
    const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]
    // npm is a script on Windows, which only a shell starts.
    const { stdout } = await run('npm', pack, { cwd: root, shell: process.platform === 'win32' })
    const [{ filename }] = JSON.parse(stdout) as [{ filename: string }]
    await run('tar', ['-xzf', join(folder, filename), '-C', kit, '--strip-components=1'])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
