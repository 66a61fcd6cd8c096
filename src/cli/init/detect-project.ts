import { readdirSync } from 'node:fs'
import path, { resolve } from 'node:path'
import { CommandFailure, UsageError } from '../command.ts'
import { type Database, detectDatabase, type StorelessDatabase } from './detect-database.ts'
import { detectExpress, type ExpressParts } from './detect-express.ts'
import { detectNext, looksLikeNext, type NextParts, type Router } from './detect-next.ts'
import { installCommandOf, isFolder, type Manifest, readManifest } from './read-manifest.ts'

/** What `init` needs to know of every project. Paths are relative to its root and have slashes. */
export interface ProjectBase {
  root: string
  /** Where payments are kept; undefined where no database was found, or none that there is a store for. */
  database: Database | undefined
  /** The database that is there all the same. */
  storeless: StorelessDatabase | undefined
  /** Where its package.json is, relative to the root; `.` where that has one. */
  manifestFolder: string
  /** Whether its package.json names this package. */
  installed: boolean
  /** Such as `pnpm add khalti-kit`, with the folder where that is another. */
  installCommand: string
  /** Whether variables are read by dotenv. */
  hasDotenv: boolean
}

/** A Next.js project. */
export type NextProject = ProjectBase & NextParts
/** An Express server. */
export type ExpressProject = ProjectBase & ExpressParts
/** What `init` can write for. */
export type Project = NextProject | ExpressProject

/** What was asked for, where a project could be more than one thing. */
export type Wanted = Router | 'express' | undefined

/**
 * Finds out what kind of project a folder holds. Where it is a Next.js project and an Express server, and both routers
 * are there: the App Router, unless `wanted` says otherwise.
 *
 * @throws CommandFailure where it is neither, or lacks what is wanted, or cannot have routes on a server.
 */
export function detectProject(folder: string, wanted: Wanted): Project {
  const root = resolve(folder)
  if (!isFolder(root)) throw new UsageError(`--dir ${folder} is no folder.`)
  const manifest = readManifest(root)
  if (manifest) refuseEmpty(root, manifest)
  const hasExpress = wanted !== 'app' && wanted !== 'pages' && manifest?.packages.has('express')
  if (manifest && wanted !== 'express' && isNext(root, manifest, !hasExpress)) {
    return { ...baseOf(root, manifest), ...detectNext(root, manifest, wanted) }
  }
  refuseNest(manifest, wanted)
  if (manifest && hasExpress) return { ...baseOf(root, manifest), ...detectExpress(root, manifest) }
  throw new CommandFailure(
    `There is no ${wanted === 'express' ? 'Express server' : 'Next.js project and no Express server'} in ${root}: its package.json does not name ${wanted === 'express' ? 'express' : 'next or express'}. Go to its root, or say --dir. For other frameworks mount checkout.handler with khalti-kit/node, or as it is where handlers take a Request.`,
  )
}

/** A Nest app, which may name express as well: Nest runs on it. */
function refuseNest(manifest: Manifest | undefined, wanted: Wanted): void {
  if (wanted !== undefined || !manifest?.packages.has('@nestjs/core')) return
  throw new CommandFailure(
    'This is a Nest app, for which init writes nothing: copy the module from NestJS in docs/adapters.md, and give it the store of your database from docs/databases.md or docs/mongodb.md. For an Express server beside it say --express.',
  )
}

/** A workspace of Nx names the packages of all its apps in one package.json: there the folder itself tells. */
function isNext(root: string, { packages }: Manifest, isAlone: boolean): boolean {
  return packages.has('next') && (isAlone || looksLikeNext(root))
}

/** An app of a workspace may have no package.json of its own, but it has files. */
function refuseEmpty(root: string, { folder }: Manifest): void {
  if (folder === root || readdirSync(root).some((name) => !name.startsWith('.'))) return
  throw new CommandFailure(
    `There is no project: ${root} is empty; the package.json above it is that of ${folder}. Say --dir ${folder} if you mean that, or begin a project here first: npm init -y, and npm install express or next.`,
  )
}

/** From a project to the folder of its package.json, which is above it: there is no name in it, and Windows has backslashes. */
export function wayUp(root: string, folder: string, { relative }: Pick<typeof path, 'relative'> = path): string {
  return relative(root, folder).replaceAll('\\', '/') || '.'
}

function baseOf(root: string, { folder, packages }: Manifest): ProjectBase {
  const found = detectDatabase(root, packages)
  const isStoreless = found !== undefined && 'advice' in found
  const manifestFolder = wayUp(root, folder)
  const elsewhere = folder === root ? '' : ` (in ${manifestFolder})`
  return {
    root,
    database: isStoreless ? undefined : found,
    storeless: isStoreless ? found : undefined,
    manifestFolder,
    installed: packages.has('khalti-kit'),
    installCommand: `${installCommandOf(root)} khalti-kit${elsewhere}`,
    hasDotenv: packages.has('dotenv'),
  }
}
