import { expect, it } from 'vitest'
import { address, asked, lookingOf, narrowed } from './looking'

const looking = (query: Record<string, string>) => lookingOf(query)
const params = (query: Record<string, string>) => Object.fromEntries(new URLSearchParams(asked(looking(query))))

it('goes into the address and comes back out of it', () => {
  const query = { q: '充电器', kind: 'report', open: 'false', since: '2026-11-01', sort: 'due_at' }
  expect(address(looking(query))).toEqual(query)
  expect(address(looking({ kind: '', other: 'x' }))).toEqual({})
})
it('asks for whole days, the last one included, where the reader is', () => {
  const { since = '', until = '' } = params({ since: '2026-11-01', until: '2026-11-30' })
  expect(new Date(since)).toEqual(new Date(2026, 10, 1))
  expect(new Date(until)).toEqual(new Date(2026, 11, 1))
})
it('narrows nothing by what is no day', () => {
  expect(params({ since: 'soon', until: '2026-13-01' })).toEqual({})
})
it('leaves found words in the order that they come in', () => {
  expect(params({ sort: 'due_at' })).toEqual({ sort: 'due_at' })
  expect(params({ sort: 'due_at', q: '充电器' })).toEqual({ q: '充电器' })
})
it('tells whether the list is narrowed', () => {
  expect(narrowed(looking({ q: '充电器', sort: 'id' }))).toBe(false)
  expect(narrowed(looking({ light: 'overdue' }))).toBe(true)
})
