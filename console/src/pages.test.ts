import { expect, it } from 'vitest'
import { isFor, links, PAGES } from './pages'
import source from './router.ts?raw'
import { en } from './shared/words.en'
import { zh } from './shared/words.zh'

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
