/** A change to the hotline's own words that is not made yet. Pure. */
export const KINDS = ['product', 'company', 'place', 'term'] as const
export type Kind = (typeof KINDS)[number]

export interface ListedWord {
  id: number
  word: string
  kind: Kind
  added_by: string
  added_at: string
}

export interface Draft {
  /** As it was typed: a word a line, or several with marks between. */
  typed: string
  kind: Kind
  /** Numbers of words that are to go. */
  removed: number[]
}

/** As the API measures it. */
export interface Change {
  add: string[]
  remove: number[]
}

export const nothing = (): Draft => ({ typed: '', kind: 'product', removed: [] })

/** What is to come and what is to go: words that are listed already, or gone already, are left out. */
export function changeOf(draft: Draft, listed: readonly ListedWord[]): Change {
  const known = new Set(listed.map((each) => each.word))
  const words = draft.typed.split(/[\s,，、;；]+/).filter((word) => word && !known.has(word))
  const there = new Set(listed.map((each) => each.id))
  return { add: [...new Set(words)], remove: draft.removed.filter((id) => there.has(id)) }
}

export const isEmpty = (change: Change): boolean => change.add.length === 0 && change.remove.length === 0

/** Whether both change the same words: only what was measured may be kept. */
export function same(one: Change, other: Change): boolean {
  const text = ({ add, remove }: Change) => JSON.stringify([[...add].sort(), [...remove].sort((a, b) => a - b)])
  return text(one) === text(other)
}
