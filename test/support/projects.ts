/** The projects of vitest, each with the folders and files below `test` that are its own. */
export const projects: Record<string, readonly string[]> = {
  // What decides, on `src`, in this process: no build, no browser, no server but on loopback.
  unit: ['unit', 'contract', 'journeys', 'attacks', 'fuzz'],
  // The repository about itself: docs, architecture, titles, generated files, bundles.
  repo: ['repo', 'unit/docs', 'unit/generate', 'unit/transport/bundled.test.ts', 'architecture.test.ts'],
  // Stores on real databases.
  database: ['stores', 'unit/stores'],
  // What needs a build, a real framework or a browser.
  package: [
    'adapters',
    'browser',
    'release',
    'attacks/client-bundle.test.ts',
    'journeys/demo.test.ts',
    'unit/react/build.test.ts',
  ],
  // Random worlds, step by step, against a model of what must be so.
  model: ['model'],
  // Servers that are killed under load.
  storm: ['storm'],
  // Many payments through one process, and what it still holds on to.
  soak: ['soak'],
}

/** `test/unit/core` is within `test/unit`. */
const isWithin = (path: string, place: string) => path === place || path.startsWith(`${place}/`)

/** The project of a test file, such as `test/unit/core/money.test.ts`; the closest place decides. */
export function projectOf(path: string): string | undefined {
  const file = path.replace(/^test\//, '')
  const found = Object.entries(projects)
    .flatMap(([project, places]) => places.map((place) => ({ project, place })))
    .filter(({ place }) => isWithin(file, place))
    .sort((one, other) => other.place.length - one.place.length)
  return found[0]?.project
}

/** The project's test files, as patterns. */
export function patternsOf(project: string): { include: string[]; exclude: string[] } {
  const own = projects[project] ?? []
  const others = Object.entries(projects).flatMap(([name, places]) => (name === project ? [] : places))
  return {
    include: own.map(pattern),
    // Places of others within its own.
    exclude: [
      '**/node_modules/**',
      ...others.filter((other) => own.some((place) => isWithin(other, place))).map(pattern),
    ],
  }
}

const pattern = (place: string) => (/\.test\.tsx?$/.test(place) ? `test/${place}` : `test/${place}/**/*.test.{ts,tsx}`)
