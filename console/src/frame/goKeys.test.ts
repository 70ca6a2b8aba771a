import { expect, it } from 'vitest'
import { pageOf } from '../pages'
import { pageAt, reachable } from './goKeys'

it('leads to each page that someone has a link to by a letter of its own', () => {
  const everyone = ['agent', 'supervisor', 'auditor', 'ivr_admin', 'centre_admin', 'system_admin']
  const letters = reachable(everyone).map((name) => pageOf(name)?.key)
  expect(letters).not.toContain(undefined)
  expect(letters).not.toContain('g')
  expect(new Set(letters).size).toBe(letters.length)
})

it('leads nowhere that is not for them', () => {
  expect(pageAt('c', ['agent'])).toBe('cases')
  expect(pageAt('k', ['agent'])).toBeUndefined()
  expect(pageAt('k', ['system_admin'])).toBe('tokens')
})
