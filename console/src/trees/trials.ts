/** Simulated calls and the tree's own tests, by HTTP. */
import { api, upload } from '../shared/api'
import type { TreeProblem } from './treeApi'

/** What the caller says; from the microphone with its sound (toned pinyin) and how sure it is, 0 to 1. */
export interface Spoken {
  say: string
  sounds?: string[]
  confidence?: number
}
export type Step = Spoken | { press: string } | 'silence' | 'hang_up'

export interface Said {
  who: 'hotline' | 'caller'
  node: string
  text: string
  /** The prompt's full name; empty for the caller. */
  sound: string
}
export interface Simulation {
  path: string[]
  intent: string | null
  score: number | null
  reason: string
  /** Null while the caller is waited for. */
  outcome: string | null
  target: string
  said: Said[]
  variables: Record<string, unknown>
}
export interface Conditions {
  /** By the centre's clock; empty: now. */
  at: string
  number: string
  /** Digits of registered cases' numbers, and their states. */
  cases: Record<string, string>
}
export interface TestResult {
  name: string
  line: number
  passed: boolean
  differences: { what: string; expected: unknown; found: unknown }[]
  call: Simulation
}
export interface TestsRun {
  passed: boolean
  problems: TreeProblem[]
  results: TestResult[]
}

export const simulate = (text: string, steps: Step[], { at, number, cases }: Conditions) =>
  api<Simulation>('POST', '/trees/simulate', { text, steps, goes_on: true, at: at || null, number, cases })
/** What is said in a sound (see `wav.ts`). Throws `Problem`. */
export const hear = (sound: Blob) => upload<Required<Spoken>>('POST', '/trees/hear', sound)
export const runTests = (text: string, tests: string) => api<TestsRun>('POST', '/trees/test', { text, tests })

/** What a simulated call is as a test: it must go the same way again; one that goes on, as far as it went. */
export function asTest(name: string, steps: Step[], { at, number, cases }: Conditions, call: Simulation) {
  const expect = {
    ...(call.outcome ? { path: call.path } : { through: call.path }),
    ...(call.intent ? { intent: call.intent } : {}),
    ...(call.outcome ? { outcome: call.outcome } : {}),
  }
  return {
    name,
    ...(at ? { at } : {}),
    ...(number ? { number } : {}),
    ...(Object.keys(cases).length ? { cases } : {}),
    steps,
    expect,
  }
}
