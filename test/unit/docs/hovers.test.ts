import ts from 'typescript'
import { expect, it } from 'vitest'
import { createProgram } from '../../support/typescript-program.ts'

/** The types that an editor shows for the values of a door. */
function shownTypes(door: string, text: string): [name: string, type: string][] {
  const program = createProgram([{ path: door, text }], { types: [] })
  const checker = program.getTypeChecker()
  const file = program.getSourceFile(door) ?? program.getSourceFiles().find(({ fileName }) => fileName.endsWith(door))
  const module = file && checker.getSymbolAtLocation(file)
  if (module === undefined) throw new Error(`${door} exports nothing`)
  return checker.getExportsOfModule(module).flatMap((name): [string, string][] => {
    const symbol = name.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(name) : name
    if ((symbol.flags & ts.SymbolFlags.Value) === 0) return []
    return [
      [name.name, checker.typeToString(checker.getTypeOfSymbol(symbol), undefined, ts.TypeFormatFlags.NoTruncation)],
    ]
  })
}

it('Every schema is hovered as the name of what it gives, and not as the insides of zod', () => {
  const shown = shownTypes('src/schemas.ts', ts.sys.readFile('src/schemas.ts') ?? '')
  expect(shown.length).toBeGreaterThan(10)
  for (const [name, type] of shown) {
    const gives = `${name[0]?.toUpperCase()}${name.slice(1).replace(/Schema$/, '')}`
    expect([name, type]).toEqual([
      name,
      expect.stringMatching(new RegExp(`^KhaltiSchema<${gives}, (unknown|${gives})>$`)),
    ])
  }
})
