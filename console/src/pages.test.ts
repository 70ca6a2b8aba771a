import { expect, it } from 'vitest'
import { homeOf, isFor, links, PAGES } from './pages'
import source from './router.ts?raw'
import { en } from './shared/words.en'
import { zh } from './shared/words.zh'
import { ROLES } from './staff/types'

const routed = [...source.matchAll(/name: '([a-z]+)'/g)].map(([, name]) => name)

it('has a title in both languages for every page of the router, and no page that has no address', () => {
  expect(routed.toSorted()).toEqual(Object.keys(PAGES).toSorted())
  for (const { title } of Object.values(PAGES)) expect([zh[title], en[title]].every(Boolean), title).toBe(true)
})
it('links to what a role has use of', () => {
  expect(links('bar', ['handler'])).not.toContain('desk')
  expect(links('manage', ['handler'])).toEqual([])
  expect(links('manage', ['ivr_admin'])).toEqual(['trees', 'speech', 'words'])
  expect(isFor('tree', ['agent'])).toBe(false)
  expect(isFor('case', ['agent'])).toBe(true)
})
it('shows each role a page of its own first, which also stands for whoever comes to an address that is none', () => {
  expect(['agent', 'ivr_admin', 'handler', 'system_admin'].map((role) => homeOf([role]))).toEqual([
    'desk',
    'trees',
    'cases',
    'cases',
  ])
  expect(homeOf(['ivr_admin', 'agent'])).toBe('desk')
  for (const role of ROLES) {
    expect(isFor(homeOf([role]), [role]), role).toBe(true)
    expect(isFor('missing', [role]), role).toBe(true)
  }
})
