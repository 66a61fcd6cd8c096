import { resolve } from 'node:path'
import ts from 'typescript'

const root = resolve(import.meta.dirname, '../../..')

/** One file as a checker reads it. */
export interface Source {
  /** From the root of the repository: `src/core/client.ts`. */
  path: string
  text: string
}

/** Takes a file and gives what is wrong with it, one sentence each. */
export type Checker = (source: Source) => string[]

export function parse({ path, text }: Source): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true)
}

/** Every node of the tree, in the order of the text. */
export function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node
  for (const child of childrenOf(node)) yield* nodesOf(child)
}

export function childrenOf(node: ts.Node): ts.Node[] {
  const children: ts.Node[] = []
  ts.forEachChild(node, (child) => void children.push(child))
  return children
}

/** A fault with the place it is at: `src/core/client.ts:12 reads process`. */
export function fault(node: ts.Node, what: string): string {
  const file = node.getSourceFile()
  return `${relative(file.fileName)}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${what}`
}

/** One import, of whatever form, or `export … from`. */
export interface Import {
  node: ts.Node
  specifier: string
  /** `type`: gone at run time. `lazy`: an `import()`. */
  form: 'static' | 'lazy' | 'type'
}

export function importsOf(file: ts.SourceFile): Import[] {
  return [...nodesOf(file)].flatMap((node) => importOf(node) ?? [])
}

function importOf(node: ts.Node): Import | undefined {
  if (ts.isImportDeclaration(node)) return found(node, node.moduleSpecifier, node.importClause?.phaseModifier)
  if (ts.isExportDeclaration(node)) {
    return found(node, node.moduleSpecifier, node.isTypeOnly ? ts.SyntaxKind.TypeKeyword : undefined)
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return found(node, node.argument.literal, ts.SyntaxKind.TypeKeyword)
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const specifier = found(node, node.arguments[0], undefined)
    return specifier && { ...specifier, form: 'lazy' }
  }
  return undefined
}

function found(node: ts.Node, specifier: ts.Node | undefined, modifier: ts.SyntaxKind | undefined): Import | undefined {
  if (specifier === undefined) return undefined
  const text = ts.isStringLiteralLike(specifier) ? specifier.text : specifier.getText()
  return { node, specifier: text, form: modifier === ts.SyntaxKind.TypeKeyword ? 'type' : 'static' }
}

/** `core` for `src/core/client.ts`; undefined for a door. */
export function roomOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1]
}

/** `next` for `src/next.ts`; undefined for a file in a room. */
export function doorOf(path: string): string | undefined {
  return /^src\/([^/]+)\.tsx?$/.exec(path)?.[1]
}

/** A path of a program's file, as a reader writes it. */
function relative(path: string): string {
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path
}
