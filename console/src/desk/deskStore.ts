/** The desk on screen: fetched, kept by events, and what its agent does there. */
import { computed, shallowRef } from 'vue'
import { learn } from '../cases/caseStore'
import { api, create } from '../shared/api'
import { KINDS, type AgentStateName, type Case, type Desk, type Me, type PhoneKind, type Pop } from '../shared/types'
import { after, holding, type Held, type LiveEvent } from './desk'

export const desk = shallowRef<Desk | null>(null)
/** The case that was just given its number. */
export const registered = shallowRef<Case | null>(null)
/** A call kept on screen though the server counts the wrap-up as over. */
const pinned = shallowRef<Pop | null>(null)

export const held = computed<Held | null>(() => {
  const found = desk.value ? holding(desk.value) : null
  if (found) return found
  return pinned.value ? { role: 'wrap_up', pop: pinned.value } : null
})

function show(fresh: Desk): void {
  for (const pop of [fresh.active, fresh.offer, fresh.wrap_up]) if (pop?.case) learn(pop.case)
  desk.value = fresh
}

/** An answer older than the events already seen would take them back: it is asked for again. */
async function showAnswer(fresh: Desk): Promise<void> {
  const seen = desk.value?.last_event_id ?? 0
  if (fresh.last_event_id < seen) await refreshDesk()
  else show(fresh)
}

export async function refreshDesk(): Promise<void> {
  await showAnswer(await api<Desk>('GET', '/live/desk'))
}

export function deskEvent(event: LiveEvent, me: Me): void {
  if (!desk.value) return
  if (event.kind === 'call.offered' && event.agent_id === me.id) {
    registered.value = null
    pinned.value = null
  }
  show(after(desk.value, event, me.id))
}

export async function setState(state: AgentStateName, reason = '', phone?: PhoneKind): Promise<void> {
  const body = { state, reason, phone: phone ?? desk.value?.agent?.phone ?? 'web' }
  await showAnswer(await api<Desk>('POST', '/agents/me/state', body))
}

/** Leave the call's form; what was typed is kept with its case. */
export async function finish(): Promise<void> {
  pinned.value = null
  registered.value = null
  await setState('ready')
}

/** Not ready after this call, but still at its form. */
export async function stayAfter(pop: Pop): Promise<void> {
  pinned.value = pop
  await setState('busy', 'paperwork')
}

export function wasRegistered(case_: Case): void {
  pinned.value = null
  registered.value = case_
}

export async function newCase(pop: Pop): Promise<void> {
  const kind = KINDS.find((each) => each === pop.call.intent) ?? pop.case?.kind ?? 'consultation'
  const said = pop.call.utterances.filter((u) => u.speaker === 'caller' && u.state !== 'partial')
  const description = said.map((u) => u.text).join('')
  learn(await create<Case>('/cases', { call_id: pop.call.id, kind, description }))
  await refreshCall(pop.call.id)
}

export async function putOnCase(callId: number, caseId: number): Promise<void> {
  await api('PATCH', `/calls/${callId}`, { case_id: caseId })
  await refreshCall(callId)
}

async function refreshCall(callId: number): Promise<void> {
  if (pinned.value?.call.id === callId) pinned.value = await api<Pop>('GET', `/calls/${callId}`)
  await refreshDesk()
}

export async function transferCall(callId: number, target: string): Promise<void> {
  await api('POST', `/calls/${callId}/transfer`, { target })
}

export function closeResult(): void {
  registered.value = null
}
