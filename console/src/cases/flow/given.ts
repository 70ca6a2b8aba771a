/** What is entered for an action until it is done; no I/O here. */
import type { Argument, CaseAction, Given, Part, Target } from './types'

/** Beside what an action needs, what it can be given. */
const OPTIONAL: Record<string, Argument[]> = { call_back: ['rating', 'result'], handle: ['done'] }
/** Done at once: nothing to enter, and easily taken back or repeated. */
const AT_ONCE = new Set(['take'])

export const argumentsOf = (action: CaseAction): Argument[] => [...action.needs, ...(OPTIONAL[action.action] ?? [])]
export const isAtOnce = (action: CaseAction): boolean => AT_ONCE.has(action.action)

/** A fresh form; one department leads from the start. */
export function fresh(action: CaseAction): Given {
  const given: Given = {}
  const asked = argumentsOf(action)
  if (asked.includes('targets')) given.targets = [{ centre: 0, lead: true }]
  if (asked.includes('parts')) given.parts = [{ category: '', description: '' }]
  if (asked.includes('relation')) given.relation = 'related'
  if (asked.includes('reached')) given.reached = true
  if (asked.includes('done')) given.done = true
  return given
}

const filled = (part: Part) => part.category.trim() !== '' && part.description.trim() !== ''
const chosen = (targets: Target[]) =>
  targets.length > 0 && targets.every((target) => target.centre > 0) && targets.filter((each) => each.lead).length === 1

/** What an action still needs. */
export function lacking(action: CaseAction, given: Given): Argument[] {
  return action.needs.filter((name) => {
    const value = given[name]
    if (name === 'targets') return !chosen(given.targets ?? [])
    if (name === 'parts') return !given.parts?.length || !given.parts.every(filled)
    return value === undefined || value === '' || value === 0
  })
}

/** What is sent: an unreached citizen has rated nothing. */
export function sent(action: CaseAction, given: Given): Given & { action: string } {
  const { rating, ...rest } = given
  const told = given.reached === false || rating === undefined ? rest : { ...rest, rating }
  return { action: action.action, ...told }
}

/** The lead moves to one department; there is always one. */
export const led = (targets: Target[], lead: number): Target[] =>
  targets.map((target, place) => ({ ...target, lead: place === lead }))

export function without(targets: Target[], place: number): Target[] {
  const left = targets.filter((_, at) => at !== place)
  return left.some((target) => target.lead) ? left : led(left, 0)
}
