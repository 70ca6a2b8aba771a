/** Ready only with a phone: a wish to be ready waits for its registration. */
import { computed, ref, watch } from 'vue'
import { phone } from '../phone/phone'
import { doing } from '../shared/told'
import type { AgentStateName, PhoneKind } from '../shared/types'
import { desk, finish, held, setState } from './deskStore'

/** Reasons an agent may give; the server's own (`phone_lost`) is not among them. */
export const REASONS = ['rest', 'meal', 'training', 'meeting', 'paperwork'] as const

export const phoneRegistered = computed(() => {
  const agent = desk.value?.agent
  return agent?.phone === 'desk' ? agent.registered : phone.value.registered
})
export const waitingForPhone = ref(false)

watch(phoneRegistered, (here) => {
  if (here && waitingForPhone.value) void become('ready')
})

/** The last change of phone: a state that is asked for meanwhile is for the phone chosen before it. */
let changingPhone: Promise<unknown> = Promise.resolve()

export async function become(state: AgentStateName, reason = ''): Promise<void> {
  await changingPhone
  waitingForPhone.value = state === 'ready' && !phoneRegistered.value
  if (waitingForPhone.value) return
  const leaving = state === 'ready' && held.value?.role === 'wrap_up'
  await doing(() => (leaving ? finish() : setState(state, reason)))
}

export async function usePhone(kind: PhoneKind): Promise<void> {
  const agent = desk.value?.agent
  if (!agent) return
  changingPhone = doing(() => setState(agent.state, agent.reason, kind))
  await changingPhone
}
