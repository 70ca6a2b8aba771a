/** What somebody entered of a case's risk and the server does not have yet; no I/O here. */
import type { EnteredFacts } from './types'

export type FactName = keyof EnteredFacts
export interface Typed {
  mine: Partial<EnteredFacts>
  /** What each of them was when it was entered. */
  base: Partial<EnteredFacts>
}
export const untouched: Typed = { mine: {}, base: {} }

const names = (facts: Partial<EnteredFacts>) => Object.keys(facts) as FactName[]
const pick = (from: Partial<EnteredFacts>, which: FactName[]): Partial<EnteredFacts> =>
  Object.fromEntries(which.map((name) => [name, from[name]]))

export function enter(typed: Typed, newest: EnteredFacts, changed: Partial<EnteredFacts>): Typed {
  return { mine: { ...typed.mine, ...changed }, base: { ...pick(newest, names(changed)), ...typed.base } }
}

/** Of what somebody else entered something else meanwhile. */
export const conflicts = ({ mine, base }: Typed, newest: EnteredFacts): FactName[] =>
  names(mine).filter((name) => newest[name] !== base[name] && newest[name] !== mine[name])

/** What the server has of it is no longer to be sent. */
export function settle({ mine, base }: Typed, newest: EnteredFacts): Typed {
  const left = names(mine).filter((name) => mine[name] !== newest[name])
  return { mine: pick(mine, left), base: pick(base, left) }
}

/** Stand by what was entered, whatever others entered meanwhile. */
export const keepMine = ({ mine }: Typed, newest: EnteredFacts): Typed => ({ mine, base: pick(newest, names(mine)) })
