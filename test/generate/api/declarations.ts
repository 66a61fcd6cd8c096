import { posix } from 'node:path'
import ts from 'typescript'

/** One statement of a declaration file. */
export interface Declaration {
  name: string
  /** Without comments and private members. */
  text: string
  /** The file it is in, such as `src/core/errors.d.ts`. */
  file: string
  /** Names it mentions. */
  mentions: Set<string>
}

/** A declaration file: what it declares, and where its other names come from. */
interface DeclarationFile {
  declared: Map<string, Declaration[]>
  /** `from` is the file's path, or a package's name. */
  imported: Map<string, { from: string; name: string }>
  exported: Map<string, { from: string; name: string }>
}

/** The declaration files of these sources and of all that they import, as TypeScript writes them. */
export function emitDeclarations(program: ts.Program, root: string): Map<string, DeclarationFile> {
  const files = new Map<string, DeclarationFile>()
  program.emit(undefined, (path, text) => {
    const file = posix.relative(root, path)
    if (file.endsWith('.d.ts')) files.set(file, readFile(file, text))
  })
  return files
}

function readFile(file: string, text: string): DeclarationFile {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true)
  const read: DeclarationFile = { declared: new Map(), imported: new Map(), exported: new Map() }
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) readNames(statement, file, read.imported)
    else if (ts.isExportDeclaration(statement)) readNames(statement, file, read.exported)
    else {
      for (const declaration of declarationsOf(statement, file)) {
        read.declared.set(declaration.name, [...(read.declared.get(declaration.name) ?? []), declaration])
      }
    }
  }
  return read
}

function readNames(
  statement: ts.ImportDeclaration | ts.ExportDeclaration,
  file: string,
  into: Map<string, { from: string; name: string }>,
): void {
  const { moduleSpecifier } = statement
  const specifier = moduleSpecifier !== undefined && ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : ''
  const from = specifier.startsWith('.')
    ? posix.join(posix.dirname(file), specifier).replace(/\.tsx?$/, '.d.ts')
    : specifier || file
  const bindings = ts.isImportDeclaration(statement) ? statement.importClause?.namedBindings : statement.exportClause
  if (bindings === undefined) return
  if (ts.isNamespaceImport(bindings) || ts.isNamespaceExport(bindings)) return
  for (const { name, propertyName } of bindings.elements) {
    into.set(name.text, { from, name: (propertyName ?? name).text })
  }
}

function declarationsOf(statement: ts.Statement, file: string): Declaration[] {
  const text = statement
    .getText()
    .replace(/^export (declare )?/, '')
    .split('\n')
    .filter((line) => !/^\s+(private\b|#private;)/.test(line))
    .map((line) => line.replace(/^( {4})+/, (indent) => ' '.repeat(indent.length / 2)))
    .join('\n')
  const mentions = namesIn(statement)
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => ({ name: name.getText(), text, file, mentions }))
  }
  const { name } = statement as ts.DeclarationStatement
  return name === undefined ? [] : [{ name: name.text, text, file, mentions }]
}

/** The names of types, and of values in `typeof`. */
function namesIn(node: ts.Node): Set<string> {
  const names = new Set<string>()
  const visit = (child: ts.Node): void => {
    if (ts.isTypeReferenceNode(child)) names.add(firstName(child.typeName))
    if (ts.isTypeQueryNode(child)) names.add(firstName(child.exprName))
    if (ts.isExpressionWithTypeArguments(child)) names.add(child.expression.getText())
    if (ts.isComputedPropertyName(child)) names.add(child.expression.getText())
    ts.forEachChild(child, visit)
  }
  visit(node)
  return names
}

function firstName(name: ts.EntityName): string {
  return ts.isIdentifier(name) ? name.text : firstName(name.left)
}
