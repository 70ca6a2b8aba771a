/** How many cases wait for whoever sits here, list by list. */
import { ref } from 'vue'
import type { LiveEvent } from '../desk/desk'
import { api } from '../shared/api'
import { tell } from '../shared/told'

export const LISTS = ['mine', 'to_accept', 'to_assign', 'to_supervise', 'to_call_back', 'overdue'] as const
export type List = (typeof LISTS)[number]
export type Counts = Record<List, number>

/** Changes come in bursts: the lists are counted again once a burst is over, ms. */
const PAUSE_MS = 1000
export const counts = ref<Counts | null>(null)
/** Goes up with each change of any case, for lists that are on screen. */
export const changed = ref(0)
let timer: ReturnType<typeof setTimeout> | undefined

export async function loadWork(): Promise<void> {
  counts.value = await api<Counts>('GET', '/work')
}

export function workEvent(event: LiveEvent): void {
  if (!event.kind.startsWith('case.') || event.kind === 'case.updated') return
  clearTimeout(timer)
  timer = setTimeout(() => {
    changed.value += 1
    void loadWork().catch(tell)
  }, PAUSE_MS)
}
