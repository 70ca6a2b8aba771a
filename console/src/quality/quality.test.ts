import { expect, it } from 'vitest'
import { csvOf, outOf, queryOf } from './quality'

it('asks for the days that were chosen, and for the usual ones where none were', () => {
  expect(queryOf({ since: '', until: '' })).toBe('')
  expect(csvOf({ since: '2026-11-01', until: '2026-11-07' })).toBe(
    '/api/v1/quality/marks.csv?since=2026-11-01&until=2026-11-07',
  )
})
it('shows a mark beside the best of its scale', () => {
  expect(outOf({ mark: '2', scale: '54321' })).toBe('2 / 5')
  expect(outOf({ mark: '3', scale: '123' })).toBe('3 / 1')
})
