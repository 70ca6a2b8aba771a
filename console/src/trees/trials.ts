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
  /** What stops the prompt. */
  barge_in: 'both' | 'speech' | 'keys' | 'none'
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
  /** Where they call from; empty: by the number. */
  region: string
  /** Digits of registered cases' numbers, and their states. */
  cases: Record<string, string>
  /** By the same digits: the telephones left with them, or their ends. */
  telephones: Record<string, string>
  /** How busy queues are. */
  queues: Record<string, { waiting: number; free: number }>
  /** What outside services answer, by their whole address. */
  answers: Record<string, unknown>
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

export const simulate = (text: string, steps: Step[], { at, ...around }: Conditions) =>
  api<Simulation>('POST', '/trees/simulate', { text, steps, goes_on: true, at: at || null, ...around })
/** What is said in a sound (see `wav.ts`). Throws `Problem`. */
export const hear = (sound: Blob) => upload<Required<Spoken>>('POST', '/trees/hear', sound)
export const runTests = (text: string, tests: string) => api<TestsRun>('POST', '/trees/test', { text, tests })

/** What a simulated call is as a test: it must go the same way again; one that goes on, as far as it went. */
export function asTest(name: string, steps: Step[], conditions: Conditions, call: Simulation) {
  const expect = {
    ...(call.outcome ? { path: call.path } : { through: call.path }),
    ...(call.intent ? { intent: call.intent } : {}),
    ...(call.outcome ? { outcome: call.outcome } : {}),
  }
  const told = Object.entries(conditions).filter(([, value]) =>
    typeof value === 'string' ? value : Object.keys(value).length,
  )
  return { name, ...Object.fromEntries(told), steps, expect }
}
