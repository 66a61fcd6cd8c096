import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** The app of docs/apps.md in Expo's own bundle. It needs a build, and the Expo of this folder. */
export default defineConfig({
  root: fileURLToPath(new URL('../../..', import.meta.url)),
  test: { testTimeout: 300_000, hookTimeout: 600_000, include: ['test/adapters/expo/bundle.ts'] },
})
