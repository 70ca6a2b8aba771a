import { expect, test } from 'vitest'
import { fromField, toField } from './plan'

test('a moment comes back from its field as it went in, to the minute', () => {
  const at = '2026-11-26T01:30:00.000Z'
  expect(fromField(toField(at))).toBe(at)
})

test('no time is no time', () => {
  expect(toField(null)).toBe('')
  expect(fromField('')).toBeNull()
})
