import { expect, it } from 'vitest'
import { begun, changes, rebased } from './draft'

const centre = { name: '厦门', hours: ['mon 08:00-12:00'], active: true }

it('sends only what was changed', () => {
  const draft = begun(centre, '"1"')
  draft.form.hours = ['mon 09:00-12:00']
  expect(changes(draft)).toEqual({ hours: ['mon 09:00-12:00'] })
  expect(draft.base.hours).toEqual(['mon 08:00-12:00'])
})

it("keeps what was typed when a colleague's version comes, and takes theirs of all else", () => {
  const draft = begun(centre, '"1"')
  draft.form.name = '厦门市'
  const newer = rebased(draft, { ...centre, name: '鹭岛', active: false }, '"2"')
  expect(newer.form).toEqual({ ...centre, name: '厦门市', active: false })
  expect(newer.etag).toBe('"2"')
  expect(changes(newer)).toEqual({ name: '厦门市' })
})
