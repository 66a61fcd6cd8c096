import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

/** The names of an interface that are declared as methods. Linters refuse to let those be taken off their object. */
function methodsOf(path: string, name: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest)
  const found = source.statements.find((node) => ts.isInterfaceDeclaration(node) && node.name.text === name)
  if (found === undefined || !ts.isInterfaceDeclaration(found)) throw new Error(`${path} has no interface ${name}.`)
  return found.members.filter(ts.isMethodSignature).map((member) => member.name.getText(source))
}

describe('what works detached from its object', () => {
  it.each([
    ['src/checkout/create-checkout.ts', 'CheckoutOperations'],
    ['src/checkout/create-checkout.ts', 'Checkout'],
    ['src/browser/create-khalti.ts', 'KhaltiActions'],
    ['src/browser/create-khalti.ts', 'Khalti'],
    ['src/browser/create-khalti-payment.ts', 'KhaltiPayment'],
    ['src/conformance/describe-payment-store.ts', 'StoreClock'],
  ])('In %s all of %s is declared so that linters let it be taken off', (path, name) => {
    expect(methodsOf(path, name)).toEqual([])
  })
})
