/** What is entered for an action until it is done; no I/O here. */
import type { Argument, CaseAction, Given, Part, Target } from './types'

/** What a refusal rests on, and where else to turn. */
export const GROUNDS = ['basis', 'advice'] as const
/** Done at once: nothing to enter, and easily taken back or repeated. */
const AT_ONCE = new Set(['take'])

export const argumentsOf = (action: CaseAction): Argument[] => [...action.needs, ...action.may]
export const isAtOnce = (action: CaseAction): boolean => AT_ONCE.has(action.action)

/** A part in which nothing differs yet. */
export const blank = (): Part => ({ category: '', description: '', company: '', product: '' })

/** A fresh form; one department leads from the start. */
export function fresh(action: CaseAction): Given {
  const given: Given = {}
  const asked = argumentsOf(action)
  if (asked.includes('targets')) given.targets = [{ centre: 0, lead: true }]
  if (asked.includes('parts')) given.parts = [blank()]
  if (asked.includes('relation')) given.relation = 'related'
  if (asked.includes('reached')) given.reached = true
  if (asked.includes('done')) given.done = true
  return given
}

const differing = (part: Part) => Object.entries(part).filter(([, value]) => value.trim() !== '')
const chosen = (targets: Target[]) =>
  targets.length > 0 && targets.every((target) => target.centre > 0) && targets.filter((each) => each.lead).length === 1

/** What an action still needs. */
export function lacking(action: CaseAction, given: Given): Argument[] {
  return action.needs.filter((name) => {
    const value = given[name]
    if (name === 'targets') return !chosen(given.targets ?? [])
    if (name === 'parts') return !given.parts?.length || given.parts.some((part) => !differing(part).length)
    return value === undefined || value === '' || value === 0
  })
}

/** What is sent: an unreached citizen has rated nothing, and what does not differ in a part is not named. */
export function sent(action: CaseAction, given: Given): object {
  const { rating, parts, ...rest } = given
  return {
    action: action.action,
    ...rest,
    ...(given.reached === false || rating === undefined ? {} : { rating }),
    ...(parts && { parts: parts.map((part) => Object.fromEntries(differing(part))) }),
  }
}

/** The lead moves to one department; there is always one. */
export const led = (targets: Target[], lead: number): Target[] =>
  targets.map((target, place) => ({ ...target, lead: place === lead }))

export function without(targets: Target[], place: number): Target[] {
  const left = targets.filter((_, at) => at !== place)
  return left.some((target) => target.lead) ? left : led(left, 0)
}
