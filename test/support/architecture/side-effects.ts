import ts from 'typescript'
import { type Checker, childrenOf, fault, importsOf, parse } from './source.ts'

/** A program and no module: running it is what it is for. */
const programs = new Set(['src/cli/main.ts'])

/** Calls that make a value and do nothing else. `z` stands for every builder of zod's, `html` for the simulator's tag. */
const pureCalls = new Set([
  'z',
  'html',
  'Symbol',
  'Symbol.for',
  'Object.freeze',
  'Object.entries',
  'Object.keys',
  'Object.values',
  'Object.fromEntries',
  'String',
  'Number',
  'BigInt',
  'createContext',
  'forwardRef',
  'memo',
])

/** Builders of our own, each seen to do no more than give a value. Add yours after a look at its body. */
const pureBuilders: Record<string, Set<string>> = {
  wire: new Set(['ignorable', 'matching']),
  stores: new Set(['milliseconds']),
  simulator: new Set(['shape', 'required', 'optional', 'list', 'rows', 'fieldsWith', 'pattern', 'refundPath', 'bank']),
}

/** Classes whose instances do nothing by themselves. */
const pureClasses = new Set(['Set', 'Map', 'WeakMap', 'WeakSet', 'RegExp', 'TextEncoder', 'TextDecoder', 'Error'])

/** Methods that only read, of an array or text written down on the spot. */
const pureMethods = new Set(['map', 'filter', 'flatMap', 'join', 'concat', 'slice', 'split', 'trim', 'toSorted'])

/** Importing a file declares things and does nothing. */
export const sideEffectFaults: Checker = (source) => {
  if (programs.has(source.path)) return []
  const file = parse(source)
  const builders = pureBuilders[source.path.split('/')[1] ?? ''] ?? new Set()
  const bare = importsOf(file).filter(({ node }) => ts.isImportDeclaration(node) && node.importClause === undefined)
  return [
    ...bare.map(({ node, specifier }) => fault(node, `imports ${specifier} for what it does`)),
    ...file.statements.flatMap((statement) => statementFaults(statement, builders)),
  ]
}

function statementFaults(statement: ts.Statement, builders: Set<string>): string[] {
  if (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) return []
  if (ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement)) return []
  if (ts.isVariableStatement(statement) || ts.isClassDeclaration(statement)) return effectsIn(statement, builders)
  if (ts.isFunctionDeclaration(statement) || ts.isExportAssignment(statement)) return effectsIn(statement, builders)
  if (ts.isExpressionStatement(statement) && ts.isStringLiteral(statement.expression)) return []
  return [fault(statement, 'runs a statement on import')]
}

/** What is evaluated on import within a declaration, and does more than make a value. */
function effectsIn(node: ts.Node, builders: Set<string>): string[] {
  if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return []
  if (ts.isFunctionLike(node)) return node.name ? effectsIn(node.name, builders) : []
  if (ts.isPropertyDeclaration(node) && !isStatic(node)) return effectsIn(node.name, builders)
  if (ts.isClassStaticBlockDeclaration(node)) return [fault(node, 'has a static block, which runs on import')]
  const what = effectOf(node, builders)
  return [...(what ? [fault(node, what)] : []), ...childrenOf(node).flatMap((child) => effectsIn(child, builders))]
}

function effectOf(node: ts.Node, builders: Set<string>): string | undefined {
  if (ts.isAwaitExpression(node)) return 'awaits on import'
  if (isAssignment(node)) return 'assigns on import'
  if (ts.isNewExpression(node)) {
    const name = node.expression.getText()
    return pureClasses.has(name) ? undefined : `makes a ${name} on import`
  }
  const callee = calleeOf(node)
  return callee && !isPure(callee, builders) ? `calls ${callee.getText()} on import` : undefined
}

function calleeOf(node: ts.Node): ts.Expression | undefined {
  if (ts.isCallExpression(node)) return node.expression
  return ts.isTaggedTemplateExpression(node) ? node.tag : undefined
}

function isPure(callee: ts.Expression, builders: Set<string>): boolean {
  if (pureCalls.has(callee.getText()) || builders.has(callee.getText())) return true
  if (!ts.isPropertyAccessExpression(callee)) return false
  const object = callee.expression
  const isLiteral = ts.isArrayLiteralExpression(object) || ts.isStringLiteralLike(object)
  if (isLiteral && pureMethods.has(callee.name.text)) return true
  // A method of what a pure call made is the builder's own: `z.string().check(…)`; a method of `z` is zod's.
  if (ts.isCallExpression(object)) return isPure(object.expression, builders)
  return object.getText() === 'z'
}

function isStatic(node: ts.PropertyDeclaration): boolean {
  return node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) === true
}

/** `=`, `+=` and their like, `++`, `--`, `delete`. */
function isAssignment(node: ts.Node): boolean {
  if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken
    return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment
  }
  if (ts.isPostfixUnaryExpression(node) || ts.isDeleteExpression(node)) return true
  const steps: ts.SyntaxKind[] = [ts.SyntaxKind.PlusPlusToken, ts.SyntaxKind.MinusMinusToken]
  return ts.isPrefixUnaryExpression(node) && steps.includes(node.operator)
}
