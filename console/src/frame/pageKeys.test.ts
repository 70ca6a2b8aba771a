import { expect, it } from 'vitest'
import guide from '../../../docs/how-to/take-calls.md?raw'
import phoneKeys from '../desk/shortcuts.ts?raw'
import pageKeys from './pageKeys.ts?raw'

it('tells of every key in the guide for agents', () => {
  const keys = [...phoneKeys.matchAll(/keys: '([^']+)'/g), ...pageKeys.matchAll(/\['([^']+)', '/g)].map(
    ([, key]) => key,
  )
  expect(keys.length).toBeGreaterThan(15)
  expect(keys.filter((key) => !guide.includes(`\`${key}\``))).toEqual([])
})
