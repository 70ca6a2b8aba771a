import { language } from './words'

export interface Case {
  id: number; number: string | null; draft_number: string; kind: string; status: string; category: string
  caller_name: string; caller_number: string; anonymous: boolean; product: string; company: string; place: string
  occurred_on: string; amount: string; description: string; risk_words: string[]; version: number; etag: string
}
export interface Utterance {
  speaker: 'caller' | 'agent'; index: number; start_ms: number; end_ms: number; text: string; state: string
}
export interface Call {
  id: number; caller_number: string; region: string; carrier: string; started_at: string; intent: string | null
  path: { node: string; at_ms: number }[]; utterances: Utterance[]
}
export interface Pop { call: Call; case: Case | null; earlier_calls: Call[]; earlier_cases: Case[] }
export interface Agent {
  id: number; display_name: string; state: string; reason: string; phone: 'web' | 'desk'; registered: boolean
}
export interface Desk { agent: Agent | null; offer: Pop | null; active: Pop | null; wrap_up: Pop | null; last_event_id: number }
export interface Me {
  id: number; username: string; display_name: string; roles: string[]
  phone: { ws_url: string; sip_uri: string; user: string; secret: string }
}
export class Problem extends Error {
  constructor(readonly status: number, message: string) { super(message) }
}

export async function api<T>(method: string, path: string, body?: unknown, etag?: string): Promise<T> {
  const headers: Record<string, string> = { 'Accept-Language': language }
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (etag) headers['If-Match'] = etag
  const answer = await fetch(`/api/v1${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) })
  if (answer.status === 204) return undefined as T
  const data = await answer.json()
  if (!answer.ok) throw new Problem(answer.status, [data.message, data.remedy].filter(Boolean).join(' ') || answer.statusText)
  return data as T
}
