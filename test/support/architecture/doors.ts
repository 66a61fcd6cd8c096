import ts from 'typescript'
import { type Checker, fault, parse } from './source.ts'

/** Lines of a door that is a small adapter of its own instead of a list of names. */
const longestAdapter = 50

/** A door lists names, or is one tiny adapter: never `export *`, never a default. */
export const doorFaults: Checker = (source) => {
  const file = parse(source)
  const statements = file.statements.filter((statement) => !isDirective(statement))
  const faults = statements.flatMap((statement) => {
    const what = wildcardOrDefault(statement)
    return what === undefined ? [] : [fault(statement, what)]
  })
  const adapters = statements.filter((statement) => !isReExport(statement))
  if (adapters.length === 0 || faults.length > 0) return faults
  const exported = adapters.filter(isExported)
  const lines = source.text.replace(/\n$/, '').split('\n').length
  if (exported.length === 1 && lines <= longestAdapter) return []
  return [
    `${source.path} is neither a list of names nor one tiny adapter: it exports ${exported.length} things of its own in ${lines} lines`,
  ]
}

function wildcardOrDefault(statement: ts.Statement): string | undefined {
  if (ts.isExportAssignment(statement)) return 'has a default export'
  if (hasModifier(statement, ts.SyntaxKind.DefaultKeyword)) return 'has a default export'
  if (!ts.isExportDeclaration(statement)) return undefined
  const clause = statement.exportClause
  if (clause === undefined || ts.isNamespaceExport(clause)) return 'exports *; name what it exports'
  return clause.elements.some(({ name }) => name.text === 'default') ? 'has a default export' : undefined
}

function isReExport(statement: ts.Statement): boolean {
  return ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined
}

function isExported(statement: ts.Statement): boolean {
  return ts.isExportDeclaration(statement) || hasModifier(statement, ts.SyntaxKind.ExportKeyword)
}

function hasModifier(statement: ts.Statement, kind: ts.SyntaxKind): boolean {
  return ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some((one) => one.kind === kind) === true
}

function isDirective(statement: ts.Statement): boolean {
  return ts.isExpressionStatement(statement) && ts.isStringLiteral(statement.expression)
}

/** What of `package.json` is about doors. */
export interface Manifest {
  exports: Record<string, unknown>
  typesVersions?: Record<string, Record<string, string[]>> | undefined
}

/** The files right below src and `package.json` name the same doors, and each can be imported, required and typed. */
export function manifestFaults(doors: string[], { exports, typesVersions }: Manifest): string[] {
  const subpaths = new Map(doors.map((door) => [door === 'index' ? '.' : `./${door}`, door]))
  const older = typesVersions?.['*'] ?? {}
  return [
    ...[...subpaths].flatMap(([subpath, door]) => {
      if (JSON.stringify(exports[subpath]) !== JSON.stringify(entryOf(door))) {
        return [`exports["${subpath}"] is not what src/${door} needs: ${JSON.stringify(entryOf(door))}`]
      }
      return door === 'index' || older[door]?.[0] === `./dist/${door}.d.cts` ? [] : [`typesVersions lacks "${door}"`]
    }),
    // A string is a file that is no code: the OpenAPI document, package.json. A stylesheet may have declarations too.
    ...Object.entries(exports)
      .filter(([subpath, entry]) => typeof entry !== 'string' && !subpath.endsWith('.css') && !subpaths.has(subpath))
      .map(([subpath]) => `exports["${subpath}"] has no door below src`),
    ...Object.keys(exports)
      .filter((subpath) => subpath.includes('*'))
      .map((subpath) => `exports["${subpath}"] opens more than doors`),
  ]
}

function entryOf(door: string) {
  return {
    import: { types: `./dist/${door}.d.ts`, default: `./dist/${door}.js` },
    require: { types: `./dist/${door}.d.cts`, default: `./dist/${door}.cjs` },
  }
}
