// @vitest-environment jsdom

import { readFileSync } from 'node:fs'
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import * as react from 'khalti-kit/react'
import { KhaltiPaymentForm, KhaltiPaymentStatus } from 'khalti-kit/react'
import type { ComponentType } from 'react'
import * as jsxRuntime from 'react/jsx-runtime'
import ts from 'typescript'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { codeBlocks } from '../../support/markdown.ts'
import { type Answer, answering, later, pidx, status } from '../browser/answering.ts'
import './patience.ts'

// What customers see.
beforeEach(() => vi.stubEnv('NODE_ENV', 'production'))
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  vi.unstubAllEnvs()
})

/** Puts every text of the page into two elements of its own, as the translation of a browser does. */
function translate() {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const texts: Text[] = []
  while (walker.nextNode()) texts.push(walker.currentNode as Text)
  for (const text of texts) {
    const [outer, inner] = [document.createElement('font'), document.createElement('font')]
    inner.textContent = `«${text.data}»`
    outer.append(inner)
    text.replaceWith(outer)
  }
}

const button = () => screen.getByRole('button')
const pending: Answer = { json: { ...status, outcome: 'pending' } }

it('A page that the browser has translated starts a payment, and shows that it failed', async () => {
  const slow = later<Answer>()
  answering(slow.promise)
  render(<KhaltiPaymentForm orderId="A-42" fields={{ name: 'none' }} />)
  translate()
  fireEvent.click(button())
  expect(button().getAttribute('aria-disabled')).toBe('true')
  expect(screen.getByRole('status').textContent).toBe('Opening Khalti…')
  translate()
  await act(async () => slow.settle('no connection'))
  expect(screen.getByRole('status').textContent).toBe('No connection. Please try again.')
  expect(button().getAttribute('aria-disabled')).toBe('false')
})

it('A page that the browser has translated shows new words on the button, such as another price', () => {
  const words = (price: string) => ({ submit: `Pay ${price}` })
  const { rerender } = render(<KhaltiPaymentForm orderId="A-42" texts={words('Rs 850')} />)
  translate()
  rerender(<KhaltiPaymentForm orderId="A-42" texts={words('Rs 900')} />)
  expect(button().textContent).toBe('Pay Rs 900')
})

it('A page that the browser has translated checks a payment again, and shows what came of it', async () => {
  const slow = later<Answer>()
  answering(pending, slow.promise)
  render(<KhaltiPaymentStatus pidx={pidx} />)
  await screen.findByRole('button')
  translate()
  fireEvent.click(button())
  expect(screen.getByRole('heading').textContent).toBe('Checking your payment…')
  translate()
  await act(async () => slow.settle({ json: status }))
  await waitFor(() => expect(screen.getByRole('heading').textContent).toBe('Payment received'))
})

/** The component of docs/react.md that is made with `useKhaltiPayment`. */
function documentedThanks(): ComponentType {
  const path = 'docs/react.md'
  const blocks = codeBlocks({ path, text: readFileSync(path, 'utf8') })
  const { code = '' } = blocks.find((block) => block.code.includes('function Thanks()')) ?? {}
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { jsx: ts.JsxEmit.ReactJSX, module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  })
  const modules: { [name: string]: unknown } = { 'khalti-kit/react': react, 'react/jsx-runtime': jsxRuntime }
  const found: { Thanks?: ComponentType } = {}
  new Function('require', 'exports', outputText)((name: string) => modules[name], found)
  if (!found.Thanks) throw new Error('no Thanks')
  return found.Thanks
}

it.each([
  ['paid', 'Thank you! Dhaka topi is paid.'],
  ['hold', 'We look into it. Please do not pay again.'],
])(
  'A page of the docs that the browser has translated says of a pending payment that is %s now: %s',
  async (outcome, said) => {
    history.replaceState(null, '', `/?pidx=${pidx}`)
    answering(pending, { json: { ...status, outcome } })
    const Thanks = documentedThanks()
    render(<Thanks />)
    await screen.findByText('Khalti has not confirmed Dhaka topi yet.')
    translate()
    await waitFor(() => expect(document.body.textContent).toBe(said))
  },
)
