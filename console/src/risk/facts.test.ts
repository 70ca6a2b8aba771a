import { expect, it } from 'vitest'
import { conflicts, enter, keepMine, settle, untouched } from './facts'
import type { EnteredFacts } from './types'

const none: EnteredFacts = { harm: null, people: null, vulnerable: null, spread: null, media: null }

it('sets beside what a colleague entered, and resets none of it', () => {
  const typed = enter(untouched, none, { people: 3 })
  const theirs = { ...none, harm: 'death' }
  expect(conflicts(typed, theirs)).toEqual([])
  expect({ ...theirs, ...typed.mine }).toEqual({ ...none, harm: 'death', people: 3 })
})

it('asks which holds where both entered the same', () => {
  const typed = enter(untouched, none, { harm: 'injury' })
  const theirs = { ...none, harm: 'death' }
  expect(conflicts(typed, theirs)).toEqual(['harm'])
  expect(conflicts(keepMine(typed, theirs), theirs)).toEqual([])
  expect(settle(typed, { ...none, harm: 'injury' })).toEqual(untouched)
})

it('knows what a field was before the first of several changes of it', () => {
  const twice = enter(enter(untouched, none, { people: 3 }), { ...none, people: 9 }, { people: 4 })
  expect(twice).toEqual({ mine: { people: 4 }, base: { people: null } })
})
