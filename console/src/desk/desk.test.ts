import { describe, expect, it } from 'vitest'
import type { Case, Desk, Pop } from '../shared/types'
import { after, holding, type LiveEvent } from './desk'

const pop = (id: number): Pop => ({
  call: {
    id,
    caller_number: '139',
    region: '',
    carrier: '',
    direction: 'in',
    state: 'offered',
    started_at: '',
    answered_at: null,
    ended_at: null,
    intent: null,
    intent_score: null,
    intent_reason: '',
    path: [],
    outcome: '',
    agent_id: null,
    case_id: null,
    utterances: [],
  },
  case: null,
  earlier_calls: [],
  open_cases: [],
  earlier_cases: [],
})
const empty: Desk = {
  agent: {
    id: 2,
    display_name: '',
    extension: '8001',
    state: 'ready',
    reason: '',
    phone: 'web',
    since: '',
    registered: true,
  },
  offer: null,
  active: null,
  wrap_up: null,
  last_event_id: 0,
}
let last = 0
const event = (kind: string, over: Partial<LiveEvent> = {}): LiveEvent => ({
  id: ++last,
  kind,
  at: '2026-11-24T00:00:00Z',
  call_id: 7,
  case_id: null,
  agent_id: 2,
  data: {},
  ...over,
})
const data = (id: number) => pop(id) as unknown as Record<string, unknown>
const offered = after(empty, event('call.offered', { data: data(7) }), 2)
const answered = after(offered, event('call.answered', { data: data(7) }), 2)

describe('the desk', () => {
  it('shows a pop to its own agent only', () => {
    expect(holding(offered)).toMatchObject({ role: 'offer', pop: { call: { id: 7 } } })
    expect(holding(after(empty, event('call.offered', { agent_id: 3, data: data(7) }), 2))).toBeNull()
  })
  it('takes the pop away when the offer ends, and never stacks', () => {
    expect(after(offered, event('call.offer_ended'), 2).offer).toBeNull()
    expect(after(offered, event('call.offered', { call_id: 8, data: data(8) }), 2).offer?.call.id).toBe(8)
  })
  it('keeps its own pop when the same call’s offer to a colleague ends', () => {
    expect(after(offered, event('call.offer_ended', { agent_id: 3 }), 2).offer?.call.id).toBe(7)
  })
  it('keeps the conversation in front of an offer', () => {
    expect(holding(after(answered, event('call.offered', { call_id: 8, data: data(8) }), 2))?.role).toBe('active')
  })
  it('replaces partial words by final ones, in the order in which they began', () => {
    const said = { speaker: 'caller', index: 0, start_ms: 900, end_ms: 2, text: '我要', state: 'partial' }
    const earlier = { ...said, speaker: 'agent', start_ms: 100, text: '您好', state: 'final' }
    const words = [said, earlier, { ...said, text: '我要投诉', state: 'final' }]
    const desk = words.reduce((now, each) => after(now, event('call.utterance', { data: each }), 2), offered)
    expect(desk.offer?.call.utterances.map((u) => u.text)).toEqual(['您好', '我要投诉'])
  })
  it('takes no words of another call', () => {
    const said = { speaker: 'caller', index: 0, start_ms: 1, end_ms: 2, text: '别人的', state: 'final' }
    expect(after(offered, event('call.utterance', { call_id: 9, data: said }), 2).offer?.call.utterances).toEqual([])
  })
  it('turns an ended call into wrap-up and shows no pop at its end', () => {
    const ended = after(answered, event('call.ended'), 2)
    expect([ended.offer, ended.active, ended.wrap_up?.call.id]).toEqual([null, null, 7])
  })
  it('turns a call that was passed on into wrap-up', () => {
    expect(after(answered, event('call.released'), 2)).toMatchObject({ active: null, wrap_up: { call: { id: 7 } } })
    expect(after(answered, event('call.released', { agent_id: 3 }), 2).active?.call.id).toBe(7)
  })
  it('moves to the case that the call was put on, and keeps the one it left within reach', () => {
    const before = { ...offered, offer: { ...pop(7), case: { id: 4 } as Case } }
    const moved = after(before, event('call.case_changed', { case_id: 5, data: { case: { id: 5 } } }), 2)
    expect(moved.offer).toMatchObject({ call: { case_id: 5 }, case: { id: 5 }, earlier_cases: [{ id: 4 }] })
  })
  it('ends wrap-up with the state', () => {
    const ended = after(answered, event('call.ended'), 2)
    const wrapping = after(ended, event('agent.state', { data: { state: 'wrap_up' } }), 2)
    expect(wrapping.wrap_up?.call.id).toBe(7)
    expect(after(wrapping, event('agent.state', { data: { state: 'ready' } }), 2).wrap_up).toBeNull()
  })
  it('says why an agent was made unavailable', () => {
    const lost = after(empty, event('agent.state', { data: { state: 'busy', reason: 'phone_lost' } }), 2)
    expect(lost.agent).toMatchObject({ state: 'busy', reason: 'phone_lost' })
  })
  it('takes an event once, also when it comes again after a reconnect', () => {
    const again = event('call.offer_ended')
    const gone = after(offered, again, 2)
    const next = after(gone, event('call.offered', { data: data(7) }), 2)
    expect(after(next, again, 2).offer?.call.id).toBe(7)
  })
})

describe('a caller who wants to stay unnamed', () => {
  it('is known by nothing on the desk of the case from then on', () => {
    const named = { ...pop(7), call: { ...pop(7).call, case_id: 3 }, earlier_calls: [pop(1).call] } as unknown as Pop
    const shown = after(empty, event('call.answered', { data: named as unknown as Record<string, unknown> }), 2)
    const changed = { case_id: 3, call_id: null, data: { changes: { anonymous: true } } }
    const unnamed = after(shown, event('case.updated', changed), 2).active
    expect([unnamed?.call.caller_number, unnamed?.earlier_calls]).toEqual(['', []])
    const elsewhere = after(shown, event('case.updated', { ...changed, case_id: 4 }), 2).active
    expect(elsewhere?.call.caller_number).toBe('139')
  })
})

describe('a caller who comes back', () => {
  it('is offered over the wrap-up of the same call, which is there again without an answer', () => {
    const sentOn = after(answered, event('call.released'), 2)
    const back = after(sentOn, event('call.offered', { data: data(7) }), 2)
    expect(holding(back)?.role).toBe('offer')
    expect(holding(after(back, event('call.offer_ended'), 2))?.role).toBe('wrap_up')
    expect(holding(after(back, event('call.answered', { data: data(7) }), 2))?.role).toBe('active')
  })
})
