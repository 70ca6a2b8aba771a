/** What an agent typed on a case and the server does not have yet; no I/O here. */
import type { CaseFields, Edits, FieldName } from '../shared/types'

export interface Kept {
  /** What the agent typed. */
  mine: Edits
  /** What each typed field was on the server when the agent began to type. */
  base: Edits
  /** What was last sent of each field: coming back, it is no one else's change. */
  sent: Edits
}

export const nothing: Kept = { mine: {}, base: {}, sent: {} }

const names = (edits: Edits): FieldName[] => Object.keys(edits) as FieldName[]
const pick = (from: Edits, chosen: FieldName[]): Edits =>
  Object.fromEntries(chosen.filter((name) => name in from).map((name) => [name, from[name]]))

export function isEmpty(kept: Kept): boolean {
  return names(kept.mine).length === 0
}

function without(kept: Kept, dropped: FieldName[]): Kept {
  const left = names(kept.mine).filter((name) => !dropped.includes(name))
  return { mine: pick(kept.mine, left), base: pick(kept.base, left), sent: pick(kept.sent, left) }
}

export function type<N extends FieldName>(kept: Kept, newest: CaseFields, name: N, value: CaseFields[N]): Kept {
  const base = name in kept.base ? kept.base : { ...kept.base, [name]: newest[name] }
  return { ...kept, mine: { ...kept.mine, [name]: value }, base }
}

/** The case as the agent sees it. */
export function overlay<C extends CaseFields>(newest: C, kept: Kept): C {
  return { ...newest, ...kept.mine }
}

/** Fields that someone else changed, to something else, while the agent typed. */
export function conflicts(newest: CaseFields, kept: Kept): FieldName[] {
  return names(kept.mine).filter((name) => ![kept.mine[name], kept.base[name], kept.sent[name]].includes(newest[name]))
}

/** What can be saved without overwriting anyone; `wrong`: what the server would not have, and is not sent again. */
export function sendable(newest: CaseFields, kept: Kept, wrong: Edits = {}): Edits {
  const held = conflicts(newest, kept)
  return pick(
    kept.mine,
    names(kept.mine).filter((name) => {
      const asked = kept.mine[name]
      return !held.includes(name) && asked !== newest[name] && asked !== wrong[name]
    }),
  )
}

export function send(kept: Kept, changes: Edits): Kept {
  return { ...kept, sent: { ...kept.sent, ...changes } }
}

/** After the server answered with its newest version: what it has is no longer an edit. */
export function settle(newest: CaseFields, kept: Kept): Kept {
  const done = names(kept.mine).filter((name) => kept.mine[name] === newest[name])
  const arrived = names(kept.mine).filter((name) => kept.sent[name] === newest[name] && !done.includes(name))
  const left = without(kept, done)
  return { ...left, base: { ...left.base, ...pick(newest, arrived) } }
}

export function keepMine(newest: CaseFields, kept: Kept, name: FieldName): Kept {
  return { ...kept, base: { ...kept.base, [name]: newest[name] } }
}

export function takeTheirs(kept: Kept, name: FieldName): Kept {
  return without(kept, [name])
}

/** Required for a number and still empty; `flow`: what the flow of this kind asks for beside what every one does. */
export function missing(fields: CaseFields, flow: readonly string[] = []): FieldName[] {
  const required = new Set(['kind', 'category', 'description', ...flow])
  return (Object.keys(fields) as FieldName[]).filter((name) => required.has(name) && !String(fields[name]).trim())
}
