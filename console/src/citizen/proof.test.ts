import { expect, it } from 'vitest'
import { hasZeroBits, solve } from './proof'

it('counts zero bits from the first', () => {
  expect(hasZeroBits(new Uint8Array([0, 0b00011111]), 11)).toBe(true)
  expect(hasZeroBits(new Uint8Array([0, 0b00011111]), 12)).toBe(false)
})
it('finds a number that another SHA-256 agrees to', async () => {
  const nonce = await solve('a.1.10.b', 10)
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`a.1.10.b:${nonce}`)))
  expect(hasZeroBits(digest, 10)).toBe(true)
})
