import ts from 'typescript'
import { createProgram } from '../typescript-program.ts'
import { fault, type Source } from './source.ts'

/** Every name that a door exports is explained where it is declared, and so is each field of what is one of several shapes. */
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
      const fields = fieldsOf(symbol, checker)
      return [symbol, ...fields].flatMap((one) => {
        const where = one.declarations?.[0] ?? declaration
        const called = one === symbol ? name.name : `${name.name}.${one.name}`
        return one.getDocumentationComment(checker).length > 0
          ? []
          : [fault(where, `${called} of ${door} has no TSDoc`)]
      })
    })
  })
}

/** The fields that an exported union writes out itself, such as those of a verdict: editors show what is said of each. */
function fieldsOf(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol[] {
  if (!(symbol.flags & ts.SymbolFlags.TypeAlias)) return []
  const type = checker.getDeclaredTypeOfSymbol(symbol)
  const fields = type.isUnion() ? type.types.flatMap((shape) => checker.getPropertiesOfType(shape)) : []
  return fields.filter(({ valueDeclaration }) => valueDeclaration && ts.isTypeLiteralNode(valueDeclaration.parent))
}
