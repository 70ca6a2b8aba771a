/** How many cases wait for whoever sits here, list by list. */
import { ref } from 'vue'
import type { LiveEvent } from '../desk/desk'
import { api } from '../shared/api'
import { onceQuiet } from '../shared/burst'
import { tell } from '../shared/told'

export const LISTS = ['mine', 'to_accept', 'to_assign', 'to_supervise', 'to_call_back', 'overdue'] as const
export type List = (typeof LISTS)[number]
export type Counts = Record<List, number>

/** The lists are counted again once changes have paused for this long, ms. */
const PAUSE_MS = 1000
export const counts = ref<Counts | null>(null)
/** Goes up with each change of any case, for lists that are on screen. */
export const changed = ref(0)

export async function loadWork(): Promise<void> {
  counts.value = await api<Counts>('GET', '/work')
}

const recount = onceQuiet(PAUSE_MS, () => {
  changed.value += 1
  void loadWork().catch(tell)
})

export function workEvent(event: LiveEvent): void {
  if (event.kind.startsWith('case.') && event.kind !== 'case.updated') recount()
}
