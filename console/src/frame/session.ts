/** Who sits here, and everything that starts and stops with their log-in. */
import { ref, shallowRef } from 'vue'
import { caseEvent, openEdits, saveAll } from '../cases/caseStore'
import { agentsEvent } from '../agents/agentStore'
import { callbacksEvent, loadCallbacks } from '../callbacks/callbackStore'
import { flowEvent } from '../cases/flow/flowStore'
import { desk, deskEvent, refreshDesk } from '../desk/deskStore'
import { startPhone, stopPhone } from '../phone/phone'
import { riskEvent, startRisk } from '../risk/riskStore'
import { api, Problem } from '../shared/api'
import { listen } from '../shared/live'
import { tell } from '../shared/told'
import { treesEvent } from '../trees/treeEvents'
import { loadWork, workEvent } from '../work/workStore'
import type { Me } from '../shared/types'

export const me = shallowRef<Me | null>(null)
/** The log-in ended by itself. */
export const expired = ref(false)
/** The link between server and telephony is down. */
export const telephonyDown = ref(false)
const RETRY_MS = 2000
let stopListening = (): void => undefined

/** Take up the session of this browser's cookie, where there is one. */
export async function begin(): Promise<void> {
  try {
    const found = await api<Me>('GET', '/me')
    if (me.value && me.value.id !== found.id) return location.reload()
    await refreshDesk()
    start(found)
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return
    tell(error)
    if (error instanceof Problem && error.unreachable) setTimeout(() => void begin(), RETRY_MS)
  }
}

function start(found: Me): void {
  me.value = found
  expired.value = false
  if (found.roles.includes('agent')) startPhone(found)
  stopListening = listen({
    after: () => desk.value?.last_event_id ?? 0,
    onEvent: (event) => {
      if (event.kind === 'telephony.up' || event.kind === 'telephony.down') {
        telephonyDown.value = event.kind === 'telephony.down'
      }
      caseEvent(event)
      deskEvent(event, found)
      agentsEvent(event)
      callbacksEvent(event)
      riskEvent(event)
      treesEvent(event)
      flowEvent(event)
      workEvent(event)
    },
    onReturn: caughtUp,
    onLoggedOut: loggedOut,
  })
  void openEdits(found.id)
  void loadCallbacks().catch(tell)
  void loadWork().catch(tell)
  void startRisk(found.roles[0] ?? 'agent').catch(tell)
}

async function caughtUp(): Promise<void> {
  try {
    await refreshDesk()
  } catch (error) {
    tell(error)
  }
  saveAll()
}

function stop(): void {
  stopListening()
  stopPhone()
  me.value = null
  desk.value = null
}

/** The screen stays beneath the log-in: what was typed is there when the same person comes back. */
function loggedOut(): void {
  stopListening()
  stopPhone()
  desk.value = null
  expired.value = true
}

export async function logIn(username: string, password: string): Promise<void> {
  await api('POST', '/auth/login', { username, password })
  await begin()
}

export async function logOut(): Promise<void> {
  const state = desk.value?.agent?.state
  if (state && state !== 'offline')
    await api('POST', '/agents/me/state', { state: 'offline', phone: desk.value?.agent?.phone })
  stop()
  await api('POST', '/auth/logout')
}
