import { describe, expect, it } from 'vitest'
import type { Desk, Pop } from './api'
import { after, holding, type LiveEvent } from './desk'

const pop = (id: number): Pop => ({
  call: { id, caller_number: '139', region: '', carrier: '', started_at: '', intent: null, path: [], utterances: [] },
  case: null, earlier_calls: [], earlier_cases: [],
})
const empty: Desk = {
  agent: { id: 2, display_name: '', state: 'ready', reason: '', phone: 'web', registered: true },
  offer: null, active: null, wrap_up: null, last_event_id: 0,
}
const event = (kind: string, over: Partial<LiveEvent> = {}): LiveEvent => ({
  id: 1, kind, call_id: 7, case_id: null, agent_id: 2, data: {}, ...over,
})
const offered = after(empty, event('call.offered', { data: pop(7) as unknown as Record<string, unknown> }), 2)

describe('the desk', () => {
  it('shows a pop to its own agent only', () => {
    expect(holding(offered)?.call.id).toBe(7)
    expect(holding(after(empty, event('call.offered', { agent_id: 3, data: pop(7) as never }), 2))).toBeNull()
  })
  it('takes the pop away when the offer ends, and never stacks', () => {
    expect(after(offered, event('call.offer_ended'), 2).offer).toBeNull()
    expect(after(offered, event('call.offered', { call_id: 8, data: pop(8) as never }), 2).offer?.call.id).toBe(8)
  })
  it('replaces partial words by final ones', () => {
    const said = { speaker: 'caller', index: 0, start_ms: 1, end_ms: 2, text: '我要', state: 'partial' }
    const partial = after(offered, event('call.utterance', { data: said }), 2)
    const final = after(partial, event('call.utterance', { data: { ...said, text: '我要投诉', state: 'final' } }), 2)
    expect(final.offer?.call.utterances.map((u) => u.text)).toEqual(['我要投诉'])
  })
  it('turns an ended call into wrap-up and shows no pop at its end', () => {
    const answered = after(offered, event('call.answered', { data: pop(7) as never }), 2)
    const ended = after(answered, event('call.ended'), 2)
    expect([ended.offer, ended.active, ended.wrap_up?.call.id]).toEqual([null, null, 7])
  })
})
