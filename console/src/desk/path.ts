/** The caller's way through the tree in words an agent understands; no I/O here. */
import type { PathStep } from '../shared/types'

/** Nodes at which nothing is decided: they say nothing about the caller. */
const UNTELLING = new Set(['greeting', 'recorded', 'goodbye'])

export interface Station {
  node: string
  at_ms: number
  answer: string
}

/** The telling stations; a node that was repeated in a row counts once, with its last answer. */
export function stations(path: PathStep[]): Station[] {
  const found: Station[] = []
  for (const step of path) {
    if (UNTELLING.has(step.node)) continue
    const last = found.at(-1)
    if (last?.node === step.node) last.answer = step.answer ?? last.answer
    else found.push({ node: step.node, at_ms: step.at_ms, answer: step.answer ?? '' })
  }
  return found
}
