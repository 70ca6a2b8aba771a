import { expect, it } from 'vitest'
import { asLines, fromLines } from './exceptions'

it('reads what it wrote', () => {
  const days = { '2026-12-26': true, '2026-12-24': false }
  expect(asLines(days)).toBe('2026-12-24 -\n2026-12-26 +')
  expect(fromLines(asLines(days))).toEqual({ days })
})
it('names the line that cannot be read', () => {
  expect(fromLines('2026-12-24 -\n12月26日上班')).toEqual({ wrong: '12月26日上班' })
  expect(fromLines('2026-13-40 +')).toEqual({ wrong: '2026-13-40 +' })
})
