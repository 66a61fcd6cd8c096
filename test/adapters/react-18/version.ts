import { version } from 'react'
import { version as versionOfDom } from 'react-dom'
import { expect, test } from 'vitest'

test('the React tests run on React 18', () => {
  expect([version, versionOfDom]).toEqual([expect.stringMatching(/^18\./), expect.stringMatching(/^18\./)])
})
