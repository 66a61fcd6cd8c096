import ts from 'typescript'
import { createProgram } from '../typescript-program.ts'
import { fault, type Source } from './source.ts'

/** Every name that a door exports is explained where it is declared. */
export function undocumentedExports(doors: string[], sources: Source[]): string[] {
  const program = createProgram(sources, { noLib: true, types: [] })
  const checker = program.getTypeChecker()
  return doors.flatMap((door) => {
    const file = program.getSourceFile(door)
    const module = file && checker.getSymbolAtLocation(file)
    if (module === undefined) return [`${door} exports nothing`]
    return checker.getExportsOfModule(module).flatMap((name) => {
      const symbol = name.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(name) : name
      const [declaration] = symbol.declarations ?? []
      if (declaration === undefined) return [`${door} exports ${name.name}, which does not exist`]
      if (symbol.getDocumentationComment(checker).length > 0) return []
      return [fault(declaration, `${name.name} of ${door} has no TSDoc`)]
    })
  })
}
