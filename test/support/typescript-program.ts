import { resolve } from 'node:path'
import ts from 'typescript'

const root = resolve(import.meta.dirname, '../..')

/** A file that need not exist on the disk. */
export interface ProgramFile {
  /** From the root of the repository. */
  path: string
  text: string
}

/** Files of packages, which nobody changes while tests run, and whose parsing takes most of a program's time. */
const packageFiles = new Map<string, ts.SourceFile>()

/** One program of these files, under the repository's own settings; what they import comes from the disk. */
export function createProgram(files: ProgramFile[], change: ts.CompilerOptions = {}): ts.Program {
  const texts = new Map(files.map(({ path, text }) => [resolve(root, path), text]))
  const options = { ...repositoryOptions(), ...change }
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile, getSourceFile } = host
  host.getCurrentDirectory = () => root
  host.fileExists = (path) => texts.has(path) || fileExists(path)
  host.readFile = (path) => texts.get(path) ?? readFile(path)
  host.getSourceFile = (path, version, onError) => {
    const text = texts.get(path)
    if (text !== undefined) return ts.createSourceFile(path, text, version)
    if (!path.includes('/node_modules/')) return getSourceFile(path, version, onError)
    const file = packageFiles.get(path) ?? getSourceFile(path, version, onError)
    if (file !== undefined) packageFiles.set(path, file)
    return file
  }
  return ts.createProgram([...texts.keys()], options, host)
}

function repositoryOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(resolve(root, 'tsconfig.json'), ts.sys.readFile)
  return ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, root).options
}
