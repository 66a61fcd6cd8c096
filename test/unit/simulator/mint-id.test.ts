import { expect, test } from 'vitest'
import { mintId } from '../../../src/simulator/mint-id.ts'
import { idAlphabet } from '../../../src/wire/ids.ts'

test('mints ids of 22 letters of the alphabet', () => {
  for (let count = 0; count < 200; count += 1) expect(mintId()).toMatch(new RegExp(`^[${idAlphabet}]{22}$`))
})

test('mints every letter as often as any other', () => {
  const letters = Array.from({ length: 4000 }, mintId).join('')
  const expected = letters.length / idAlphabet.length
  // Reading bytes modulo 56 would give the first 32 letters a quarter more than the others.
  const early = [...letters].filter((letter) => idAlphabet.indexOf(letter) < 32).length / 32
  expect(Math.abs(early / expected - 1)).toBeLessThan(0.04)
  expect(new Set(letters).size).toBe(idAlphabet.length)
})
