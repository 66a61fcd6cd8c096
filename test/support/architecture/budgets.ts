import { basename } from 'node:path'
import ts from 'typescript'
import { type Checker, fault, nodesOf, parse, roomOf } from './source.ts'

const longestFile = 250
const longestFunction = 50
const mostParameters = 3

const emptyWords = new Set(['utils', 'helpers', 'types', 'common', 'manager'])

/** `PaymentStore.complete(pidx, token, change, transaction?)` is public contract. */
const contractRooms = new Set(['checkout', 'stores'])
const contractMethod = 'complete'

/** File and function lengths, parameters, `any`, and what a file may be called. */
export const budgetFaults: Checker = (source) => {
  const file = parse(source)
  const lines = source.text.replace(/\n$/, '').split('\n').length
  return [
    ...(lines > longestFile ? [`${source.path} has ${lines} lines; the limit is ${longestFile}`] : []),
    ...nameFaults(source.path),
    ...[...nodesOf(file)].flatMap((node) => nodeFaults(node, source.path).map((what) => fault(node, what))),
  ]
}

function nameFaults(path: string): string[] {
  const words = path.replace(/\.\w+$/, '').split('/')
  const empty = words.find((word) => emptyWords.has(word))
  if (empty !== undefined) return [`${path}: "${empty}" says nothing; name it after what is in it`]
  return /^[a-z0-9]+(-[a-z0-9]+)*\.tsx?$/.test(basename(path)) ? [] : [`${path} is not in kebab-case`]
}

function nodeFaults(node: ts.Node, path: string): string[] {
  if (node.kind === ts.SyntaxKind.AnyKeyword) return ['says any']
  if (ts.isEnumDeclaration(node)) return ['declares an enum; use a union of literals']
  if (ts.isModuleDeclaration(node)) return ['declares a namespace']
  if (ts.isSourceFile(node)) return /\b(TODO|FIXME)\b/.test(node.text) ? ['has a TODO or FIXME'] : []
  return ts.isFunctionLike(node) ? functionFaults(node, path) : []
}

function functionFaults(node: ts.SignatureDeclaration, path: string): string[] {
  const name = node.name?.getText() ?? 'this function'
  const isContract = name === contractMethod && contractRooms.has(roomOf(path) ?? '')
  const most = isContract ? mostParameters + 1 : mostParameters
  const lines = node.getText().split('\n').length
  return [
    ...(node.parameters.length > most
      ? [`${name} has ${node.parameters.length} parameters; the limit is ${most}`]
      : []),
    ...(lines > longestFunction ? [`${name} has ${lines} lines; the limit is ${longestFunction}`] : []),
  ]
}
