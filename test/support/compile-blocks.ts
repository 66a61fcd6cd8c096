import ts from 'typescript'
import type { Block } from './markdown.ts'
import { createProgram } from './typescript-program.ts'

/** What TypeScript says against these blocks, each as a module of its own: `docs/errors.md:12 Cannot find name 'a'.` */
export function compileBlocks(blocks: Block[]): string[] {
  const files = new Map(blocks.map((block) => [`${block.path}.line-${block.line}.${block.language}`, block]))
  const program = createProgram([...files].map(([path, { code }]) => ({ path, text: code })))
  const setup = program.getOptionsDiagnostics().map((diagnostic) => textOf(diagnostic.messageText))
  return [...setup, ...[...files].flatMap(([path, block]) => faultsOf(program, path, block))]
}

function faultsOf(program: ts.Program, path: string, block: Block): string[] {
  const file = program.getSourceFile(path)
  if (file === undefined) throw new Error(`${path} was not compiled.`)
  const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]
  return found.map(({ start = 0, messageText }) => {
    const line = block.line + file.getLineAndCharacterOfPosition(start).line
    return `${block.path}:${line} ${textOf(messageText)}`
  })
}

const textOf = (message: string | ts.DiagnosticMessageChain) => ts.flattenDiagnosticMessageText(message, ' ')
