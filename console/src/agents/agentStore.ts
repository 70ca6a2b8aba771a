/** All agents and their states. */
import { shallowRef } from 'vue'
import type { LiveEvent } from '../desk/desk'
import { api } from '../shared/api'
import { tell } from '../shared/told'
import type { Agent } from '../shared/types'

export const agents = shallowRef<Agent[]>([])
/** Many events in a row ask once, ms. */
const GATHER_MS = 300
let asking: ReturnType<typeof setTimeout> | undefined
/** Screens that show the list now. */
let viewers = 0

export async function loadAgents(): Promise<void> {
  agents.value = await api<Agent[]>('GET', '/agents')
}

/** Keep the list fresh until the returned function is called. */
export function viewAgents(): () => void {
  viewers++
  void loadAgents().catch(tell)
  return () => void viewers--
}

export function agentsEvent(event: LiveEvent): void {
  if (!viewers || !/^(agent|phone)\.|^call\.(answered|ended)$/.test(event.kind)) return
  clearTimeout(asking)
  asking = setTimeout(() => void loadAgents().catch(tell), GATHER_MS)
}
