import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { createProgram } from '../../support/typescript-program.ts'

describe('Paisa', () => {
  it('the compiler says how to make an amount where a bare number was given', () => {
    const path = 'test/unit/core/bare-number.ts'
    const text = "import type { Paisa } from '../../../src/core/money.ts'\nexport const price: Paisa = 1300\n"
    const program = createProgram([{ path, text }], { types: [], lib: ['lib.es2023.d.ts'] })
    const messages = program
      .getSemanticDiagnostics(program.getSourceFiles().find(({ fileName }) => fileName.endsWith(path)))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
    expect(messages).toEqual([expect.stringMatching(/make it with rupees\(\) or paisa\(\)/)])
  })
})
