/** What the desk shows, as a function of what happened: no I/O here. */
import type { AgentStateName, Case, Desk, Pop, Utterance } from '../shared/types'

export interface LiveEvent {
  id: number
  kind: string
  at: string
  call_id: number | null
  case_id: number | null
  agent_id: number | null
  data: Record<string, unknown>
}
export type Role = 'active' | 'offer' | 'wrap_up'
export interface Held {
  role: Role
  pop: Pop
}
/** In the order of what matters most: a pop never lies over a conversation. */
const ROLES: Role[] = ['active', 'offer', 'wrap_up']

/** The one call that the desk shows. */
export function holding(desk: Desk): Held | null {
  const role = ROLES.find((each) => desk[each])
  return role ? { role, pop: desk[role] as Pop } : null
}

function withWords(pop: Pop, said: Utterance): Pop {
  const others = pop.call.utterances.filter((u) => u.speaker !== said.speaker || u.index !== said.index)
  const utterances = [...others, said].sort((a, b) => a.start_ms - b.start_ms)
  return { ...pop, call: { ...pop.call, utterances } }
}

/** `case_` null: known by its number only, so far. */
function onCase(pop: Pop, caseId: number, case_: Case | null): Pop {
  const earlier_cases = pop.earlier_cases.filter((each) => each.id !== caseId)
  if (pop.case && pop.case.id !== caseId) earlier_cases.unshift(pop.case)
  return { ...pop, call: { ...pop.call, case_id: caseId }, case: case_ ?? pop.case, earlier_cases }
}

/** Nothing on screen leads to who the caller is. */
function unnamedCaller(pop: Pop): Pop {
  const call = { ...pop.call, caller_number: '', region: '', carrier: '' }
  return { ...pop, call, earlier_calls: [], open_cases: [], earlier_cases: [] }
}

function stateChanged(desk: Desk, event: LiveEvent): Desk {
  if (!desk.agent) return desk
  const state = event.data.state as AgentStateName
  const agent = {
    ...desk.agent,
    state,
    reason: String(event.data.reason ?? ''),
    since: event.at,
    phone: (event.data.phone as 'web' | 'desk' | undefined) ?? desk.agent.phone,
  }
  return { ...desk, agent, wrap_up: state === 'wrap_up' ? desk.wrap_up : null }
}

function answered(desk: Desk, event: LiveEvent): Desk {
  const agent: Desk['agent'] = desk.agent && { ...desk.agent, state: 'busy', reason: 'on_call', since: event.at }
  return { ...desk, agent, offer: null, wrap_up: null, active: event.data as unknown as Pop }
}

/** The desk after an event; `myId` is the agent whose desk it is. */
export function after(desk: Desk, event: LiveEvent, myId: number): Desk {
  if (event.id <= desk.last_event_id) return desk
  const next = { ...desk, last_event_id: event.id }
  const mine = event.agent_id === myId
  const role = ROLES.find((each) => desk[each]?.call.id === event.call_id)
  const pop = role ? (desk[role] as Pop) : null
  switch (event.kind) {
    case 'call.offered':
      return mine ? { ...next, offer: event.data as unknown as Pop } : next
    case 'call.offer_ended':
      return mine && role === 'offer' ? { ...next, offer: null } : next
    case 'call.answered':
      return mine ? answered(next, event) : next
    case 'call.utterance':
      return role && pop ? { ...next, [role]: withWords(pop, event.data as unknown as Utterance) } : next
    case 'call.intent':
      return role && pop
        ? { ...next, [role]: { ...pop, call: { ...pop.call, intent: event.data.intent as string } } }
        : next
    case 'call.released':
      return mine && role === 'active' ? { ...next, active: null, wrap_up: desk.active } : next
    case 'call.ended':
      if (role === 'active') return { ...next, active: null, wrap_up: desk.active }
      return role === 'offer' ? { ...next, offer: null } : next
    case 'case.drafted':
    case 'case.called_again':
      return role && pop && event.case_id !== null ? { ...next, [role]: onCase(pop, event.case_id, null) } : next
    case 'call.case_changed':
      if (!role || !pop || event.case_id === null) return next
      return { ...next, [role]: onCase(pop, event.case_id, (event.data.case as Case | undefined) ?? null) }
    case 'case.updated': {
      const unnamed = (event.data.changes as Partial<Case> | undefined)?.anonymous === true
      const here = ROLES.find((each) => desk[each]?.call.case_id === event.case_id)
      return unnamed && here ? { ...next, [here]: unnamedCaller(desk[here] as Pop) } : next
    }
    case 'agent.state':
      return mine ? stateChanged(next, event) : next
    case 'phone.registered':
    case 'phone.lost':
      if (!mine || !next.agent || event.data.phone !== next.agent.phone) return next
      return { ...next, agent: { ...next.agent, registered: event.kind === 'phone.registered' } }
    default:
      return next
  }
}
