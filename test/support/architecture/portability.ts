import ts from 'typescript'
import { createProgram } from '../typescript-program.ts'
import { type Checker, fault, nodesOf, roomOf } from './source.ts'

const nodeGlobals = new Set([
  'process',
  'Buffer',
  'global',
  'require',
  'module',
  '__dirname',
  '__filename',
  'setImmediate',
])
const nodeRooms = new Set(['node', 'cli'])

/** Only src/node and src/cli use what only Node has. What a file declares under such a name is its own. */
export const portabilityFaults: Checker = (source) => {
  if (nodeRooms.has(roomOf(source.path) ?? '')) return []
  const program = createProgram([source], { noLib: true, noResolve: true, types: [] })
  const checker = program.getTypeChecker()
  const file = program.getSourceFile(source.path)
  if (file === undefined) throw new Error(`${source.path} was not parsed.`)
  return [...nodesOf(file)]
    .filter((node) => ts.isIdentifier(node) && nodeGlobals.has(node.text) && isUse(node) && !isBundlersWord(node))
    .filter((node) => checker.getSymbolAtLocation(node) === undefined)
    .map((node) => fault(node, `uses ${node.getText()}: only src/node and src/cli may`))
}

/** Bundlers put their own word for `process.env.NODE_ENV`: it is no use of Node. */
function isBundlersWord({ parent }: ts.Node): boolean {
  return parent.parent.getText() === 'process.env.NODE_ENV'
}

/** Not the name behind a dot, of a property, or within a type. */
function isUse(node: ts.Node): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent) || ts.isQualifiedName(parent)) return leftOf(parent) === node
  if (ts.isPropertyAssignment(parent) || ts.isBindingElement(parent)) return parent.initializer === node
  return !ts.isPropertySignature(parent) && !ts.isMethodSignature(parent)
}

function leftOf(node: ts.PropertyAccessExpression | ts.QualifiedName): ts.Node {
  return ts.isQualifiedName(node) ? node.left : node.expression
}
