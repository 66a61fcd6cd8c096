import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

interface Locked {
  version?: string
  resolved?: string
  integrity?: string
  license?: string
  link?: boolean
  dev?: boolean
  devOptional?: boolean
  optional?: boolean
  peer?: boolean
  hasInstallScript?: boolean
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
}

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'))
const manifest = read('package.json')
const lock: { lockfileVersion: number; packages: Record<string, Locked> } = read('package-lock.json')
const { '': root, ...locked } = lock.packages
const packages = Object.entries(locked)
/** What comes along with `npm install khalti-kit`. */
const atRunTime = packages.filter(([, { dev, devOptional, peer }]) => !dev && !devOptional && !peer)
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)

describe('the lock file', () => {
  it('The lock file names the content of every package by a digest, and no place to fetch it from', () => {
    const loose = packages.filter(([, { integrity = '', link }]) => !link && !/^sha(512|1)-/.test(integrity))
    expect(loose.map(([path]) => path)).toEqual([])
    expect(packages.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([])
    expect(lock.lockfileVersion).toBe(3)
  })

  it('The lock file is that of package.json', () => {
    for (const kind of ['dependencies', 'devDependencies', 'peerDependencies'] as const) {
      expect([kind, root?.[kind]]).toEqual([kind, manifest[kind]])
    }
  })
})

describe('what comes along', () => {
  it('Two packages come along with this one: undici and zod, which need no other', () => {
    expect(atRunTime.map(([path]) => nameOf(path)).sort()).toEqual(['undici', 'zod'])
    expect(atRunTime.filter(([, { dependencies }]) => dependencies !== undefined)).toEqual([])
  })

  it('Nothing that comes along runs a script when it is installed, and neither does this package', () => {
    expect(atRunTime.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)).toEqual([])
    const scripts = Object.keys(manifest.scripts)
    expect(scripts.filter((name) => /^(pre|post)?(install|prepare|uninstall)$|^dependencies$/.test(name))).toEqual([])
  })

  it('SECURITY.md names every package that comes along, with its licence', () => {
    const page = readFileSync('SECURITY.md', 'utf8')
    for (const [path] of atRunTime) {
      const { license } = read(`${path}/package.json`)
      expect(page).toMatch(new RegExp(`\\| \\[${nameOf(path)}\\]\\([^)]*\\) +\\| ${license} `))
    }
    expect(atRunTime.map(([, { license }]) => license)).toEqual(['MIT', 'MIT'])
  })

  it('The licence of what is built into the package lies beside it', () => {
    const config = readFileSync('tsup.config.ts', 'utf8')
    const builtIn = /noExternal: \[(.*?)\]/.exec(config)?.[1]?.match(/\w+/g) ?? []
    expect(builtIn).toEqual(['zod'])
    for (const name of builtIn) expect(config).toContain(`dist/LICENSE.${name}.txt`)
  })
})

describe('a release', () => {
  const release = readFileSync('.github/workflows/release.yml', 'utf8')

  it('A release is published with provenance, by a workflow that has no token of npm', () => {
    expect(manifest.publishConfig).toEqual({ access: 'public', provenance: true })
    expect(release).toMatch(/id-token: write/)
    expect(release).not.toMatch(/NPM_TOKEN|NODE_AUTH_TOKEN/)
  })

  it('A release carries a list of what is in it, as CycloneDX', () => {
    expect(release).toMatch(/npm sbom --omit=dev --sbom-format=cyclonedx/)
    expect(release).toMatch(/gh release upload/)
  })

  // `npm audit` sees what is installed here, not the oldest that a shop's lock file may hold.
  it('The oldest undici that is allowed has none of the holes that were known at our release', () => {
    const [, minor] = /^\^7\.(\d+)\.\d+$/.exec(manifest.dependencies.undici) ?? []
    // The last that repaired some: GHSA-8xcm-r25x-g524, GHSA-m8rv-5g2x-5cg5 and GHSA-v3r7-h72x-cjcm of August 2026.
    expect(Number(minor)).toBeGreaterThanOrEqual(29)
  })

  it('No workflow but the release may write, and each says what it may', () => {
    for (const name of readdirSync('.github/workflows')) {
      const text = readFileSync(`.github/workflows/${name}`, 'utf8')
      expect([name, /^permissions:/m.test(text)]).toEqual([name, true])
      const writes = [...text.matchAll(/^ +([\w-]+): write/gm)].map(([, what]) => what)
      const may: Record<string, string[]> = {
        'release.yml': ['contents', 'pull-requests', 'id-token'],
        'pages.yml': ['pages', 'id-token'],
      }
      expect([name, writes]).toEqual([name, may[name] ?? []])
    }
  })

  it('Every change of a dependency is tried against the known holes before it is merged', () => {
    expect(readFileSync('.github/workflows/ci.yml', 'utf8')).toMatch(/npm audit --omit=dev/)
  })
})
