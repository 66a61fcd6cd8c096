import { readdirSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { createProgram } from '../support/typescript-program.ts'

/** A value that a door exports, with the first sentence of its TSDoc. */
export interface DoorName {
  name: string
  sentence: string
}

/** The values of every door, types left out: `khalti-kit/checkout` → `createCheckout` and so on. */
export function doorNames(): Map<string, DoorName[]> {
  const sources = readdirSync('src')
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => ({ path: `src/${name}`, text: readFileSync(`src/${name}`, 'utf8') }))
  // Names and comments need no types of others.
  const program = createProgram(sources, { noLib: true, types: [] })
  const checker = program.getTypeChecker()
  return new Map(
    sources.map(({ path }) => {
      const file = program.getSourceFile(path)
      const door = file && checker.getSymbolAtLocation(file)
      const names = door === undefined ? [] : checker.getExportsOfModule(door)
      const title = path.replace(/^src\//, '').replace(/\.tsx?$/, '')
      return [
        title === 'index' ? 'khalti-kit' : `khalti-kit/${title}`,
        names.flatMap((name) => exportedValue(name, checker)),
      ]
    }),
  )
}

function exportedValue(name: ts.Symbol, checker: ts.TypeChecker): DoorName[] {
  const symbol = name.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(name) : name
  if ((symbol.flags & ts.SymbolFlags.Value) === 0) return []
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker)).replace(/\s+/g, ' ')
  const plain = text.replace(/\{@link\s+(\w+)\s*\}/g, '`$1`')
  return [{ name: name.name, sentence: /^.*?[.:!?](?=\s|$)/.exec(plain)?.[0].replace(/:$/, '.') ?? plain }]
}
