import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { inTerminal } from './cli.ts'

/** A project with these files, until the test ends; a text of '' makes the folder of the file alone. */
export function project(files: Record<string, string | Buffer>): string {
  const root = mkdtempSync(join(tmpdir(), 'khalti-kit-init-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  for (const [path, text] of Object.entries({ 'package.json': '{"dependencies":{"next":"16"}}', ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    if (text !== '') writeFileSync(join(root, path), text)
  }
  return root
}

export const init = (root: string, ...args: string[]) => inTerminal(['init', '--dir', root, ...args])
export const written = async (root: string, ...args: string[]) => {
  const { stdout, stderr } = await init(root, '--yes', '--json', ...args)
  const files: { path: string; action: string }[] = JSON.parse(stdout || stderr).files
  for (const { path, action } of files) expect([path, existsSync(join(root, path)), action]).toContain(true)
  return files.filter(({ action }) => action === 'written').map(({ path }) => path)
}

export const read = (root: string, path: string) => readFileSync(join(root, path), 'utf8')
export const express = (rest: Record<string, unknown> = {}, packages: Record<string, string> = {}) =>
  JSON.stringify({ dependencies: { express: '5', ...packages }, ...rest })
