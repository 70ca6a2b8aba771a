/** What the desk shows, as a function of what happened: no I/O here. */
import type { Case, Desk, Pop, Utterance } from './api'

export interface LiveEvent {
  id: number; kind: string; call_id: number | null; case_id: number | null; agent_id: number | null
  data: Record<string, unknown>
}
type Role = 'offer' | 'active' | 'wrap_up'
const ROLES: Role[] = ['offer', 'active', 'wrap_up']

export function holding(desk: Desk): Pop | null {
  return desk.active ?? desk.offer ?? desk.wrap_up
}

function withWords(pop: Pop, said: Utterance): Pop {
  const others = pop.call.utterances.filter((u) => u.speaker !== said.speaker || u.index !== said.index)
  const utterances = [...others, said].sort((a, b) => a.start_ms - b.start_ms)
  return { ...pop, call: { ...pop.call, utterances } }
}

/** The desk after an event; `myId` is the agent whose desk it is. */
export function after(desk: Desk, event: LiveEvent, myId: number): Desk {
  const next = { ...desk, last_event_id: Math.max(desk.last_event_id, event.id) }
  const role = ROLES.find((r) => desk[r]?.call.id === event.call_id)
  switch (event.kind) {
    case 'call.offered':
      return event.agent_id === myId ? { ...next, offer: event.data as unknown as Pop } : next
    case 'call.offer_ended':
      return role === 'offer' ? { ...next, offer: null } : next
    case 'call.answered':
      return event.agent_id === myId ? { ...next, offer: null, wrap_up: null, active: event.data as unknown as Pop } : next
    case 'call.utterance':
      return role ? { ...next, [role]: withWords(desk[role] as Pop, event.data as unknown as Utterance) } : next
    case 'call.ended':
      return role === 'active' ? { ...next, active: null, wrap_up: desk.active } : role === 'offer' ? { ...next, offer: null } : next
    case 'agent.state': {
      if (event.agent_id !== myId || !desk.agent) return next
      const state = String(event.data.state)
      return { ...next, agent: { ...desk.agent, state, reason: String(event.data.reason ?? '') }, wrap_up: state === 'wrap_up' ? next.wrap_up : null }
    }
    case 'phone.registered':
    case 'phone.lost':
      if (event.agent_id !== myId || !desk.agent || event.data.phone !== desk.agent.phone) return next
      return { ...next, agent: { ...desk.agent, registered: event.kind === 'phone.registered' } }
    case 'case.updated': {
      const at = ROLES.find((r) => desk[r]?.case?.id === event.case_id)
      if (!at) return next
      const pop = desk[at] as Pop
      const changes = event.data.changes as Partial<Case>
      const version = Number(event.data.version ?? (pop.case as Case).version)
      return { ...next, [at]: { ...pop, case: { ...(pop.case as Case), ...changes, version, etag: `"${version}"` } } }
    }
    default:
      return next
  }
}
