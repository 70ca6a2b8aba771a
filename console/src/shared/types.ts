/** Shapes of the API; times are ISO 8601 UTC, `…_ms` counts from the start of the call. */

export const KINDS = ['complaint', 'report', 'consultation', 'suggestion', 'praise'] as const
export type Kind = (typeof KINDS)[number]
/** How a case came in. */
export const CHANNELS = ['phone', 'voice_message', 'web', 'mail', 'sms', 'fax', 'letter', 'visit', 'transfer'] as const
export type Channel = (typeof CHANNELS)[number]
/** The stages of all flows, as a case goes through them. */
export const STATUSES = [
  'draft',
  'abandoned',
  'registered',
  'accepted',
  'assigned',
  'handling',
  'suspended',
  'answered',
  'fed_back',
  'called_back',
  'refused',
  'withdrawn',
  'merged',
  'archived',
] as const
export type AgentStateName = 'ready' | 'busy' | 'wrap_up' | 'offline'
export type PhoneKind = 'web' | 'desk'
/** One side of the call, or the voice message that was left. */
export type Speaker = 'caller' | 'agent' | 'message'

/** What an agent may change on a case. */
export interface CaseFields {
  kind: Kind
  channel: Channel
  category: string
  caller_name: string
  caller_number: string
  anonymous: boolean
  product: string
  company: string
  place: string
  occurred_on: string
  amount: string
  description: string
  /** Six digits of GB/T 2260. */
  division: string
  /** The company's unified social credit code. */
  credit_code: string
  brand: string
  model: string
  batch: string
  barcode: string
}
export type FieldName = keyof CaseFields
export type Edits = Partial<CaseFields>

export interface Case extends CaseFields {
  id: number
  number: string | null
  draft_number: string
  status: string
  risk_words: string[]
  /** Who it is from is kept apart: name and number are empty. */
  sealed: boolean
  /** When the case is due next, and how near that is; null where no limit runs. */
  due_at: string | null
  light: 'green' | 'amber' | 'red' | 'overdue' | null
  closed_at: string | null
  risk_grade: string | null
  created_at: string
  updated_at: string
  version: number
  etag: string
}

export interface Utterance {
  speaker: Speaker
  index: number
  start_ms: number
  end_ms: number
  text: string
  state: 'partial' | 'final' | 'revised'
  /** The better text is read after the call. */
  put_off?: boolean
  /** When each word was said, as it was heard before figures were written; empty where the engine has no times. */
  words?: TimedWord[]
}

export interface TimedWord {
  text: string
  start_ms: number
  end_ms: number
}

export interface PathStep {
  node: string
  at_ms: number
  answer?: string | null
}

export interface CallSummary {
  id: number
  caller_number: string
  region: string
  carrier: string
  /** `out`: we called them. */
  direction: 'in' | 'out'
  state: string
  started_at: string
  answered_at: string | null
  ended_at: string | null
  intent: string | null
  /** How sure the line was of it, 0 to 1, and why. */
  intent_score: number | null
  intent_reason: string
  path: PathStep[]
  outcome: string
  agent_id: number | null
  case_id: number | null
}
export interface Call extends CallSummary {
  utterances: Utterance[]
}

export interface Recording {
  speaker: Speaker
  start_ms: number
  duration_ms: number
  /** `open` while it grows or its text is not all there. */
  state: 'open' | 'kept' | 'deleted'
}
/** A line that holds what was looked for. */
export interface FoundLine {
  call_id: number
  started_at: string
  caller_number: string
  speaker: Speaker
  index: number
  start_ms: number
  end_ms: number
  pieces: { text: string; hit: boolean }[]
}
/** Why the recordings of a case's calls are not deleted. */
export interface Hold {
  reason: string
  held_by: string
  held_at: string
}

export interface Pop {
  call: Call
  case: Case | null
  earlier_calls: CallSummary[]
  /** Those of the earlier cases that are open. */
  open_cases: Case[]
  earlier_cases: Case[]
}
/** A case with the numbers of those of its calls that the reader may see, oldest first. */
export interface CaseDetail extends Case {
  call_ids: number[]
}
export interface CallRecord extends Pop {
  recordings: Recording[]
  /** What the caller answered in a survey. */
  marks: { question: string; mark: string; scale: string; given_at: string }[]
}

export interface Agent {
  id: number
  display_name: string
  extension: string
  state: AgentStateName
  reason: string
  phone: PhoneKind
  since: string
  registered: boolean
}

export interface Desk {
  agent: Agent | null
  offer: Pop | null
  active: Pop | null
  wrap_up: Pop | null
  last_event_id: number
}

export interface Me {
  id: number
  username: string
  display_name: string
  roles: string[]
  phone: { ws_url: string; sip_uri: string; user: string; secret: string }
  desk_phone: { host: string; port: number; user: string; secret: string }
  /** The line's one queue, as a target of a transfer. */
  queue: string
}

export interface Change {
  field: string
  old: unknown
  new: unknown
}
export interface HistoryEntry {
  id: number
  at: string
  /** The person's name; null where no person did it. */
  actor_name: string | null
  source: 'person' | 'citizen' | 'speech' | 'line'
  kind: string
  call_id: number | null
  changes: Change[]
  data: Record<string, unknown>
}

export interface Callback {
  id: number
  number: string
  reason: string
  case_id: number | null
  case_number: string
  call_id: number | null
  created_at: string
  due_at: string | null
  assignee_id: number | null
  assignee: string | null
  /** Somebody else is to make it. */
  not_by: number | null
  tries: { at: string; why: string }[]
  etag: string
}
