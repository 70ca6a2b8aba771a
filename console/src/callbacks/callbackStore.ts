/** Callers who wait to be called back; null until they are known. */
import { reactive, shallowRef } from 'vue'
import type { LiveEvent } from '../desk/desk'
import { api } from '../shared/api'
import { doing, tell } from '../shared/told'
import type { Callback } from '../shared/types'

/** A mark can be taken back for this long; only then is the server told, ms. */
const UNDO_MS = 6000

export const callbacks = shallowRef<Callback[] | null>(null)
/** Marked as done, not told to the server yet. */
export const marked = reactive(new Map<number, ReturnType<typeof setTimeout>>())

export async function loadCallbacks(): Promise<void> {
  callbacks.value = await api<Callback[]>('GET', '/callbacks')
}

export function callbacksEvent(event: LiveEvent): void {
  if (event.kind.startsWith('callback.')) void loadCallbacks().catch(tell)
}

/** This agent's phone rings first, then the citizen's. */
export async function dialCallback(id: number): Promise<void> {
  await api('POST', `/callbacks/${id}/dial`)
}

export function markDone(id: number): void {
  marked.set(
    id,
    setTimeout(() => void doing(() => commit(id)), UNDO_MS),
  )
}

export function undo(id: number): void {
  clearTimeout(marked.get(id))
  marked.delete(id)
}

async function commit(id: number): Promise<void> {
  undo(id)
  await api('POST', `/callbacks/${id}/done`)
  await loadCallbacks()
}

/** A page that closes says what was marked rather than forgetting it. */
window.addEventListener('pagehide', () => [...marked.keys()].forEach((id) => void commit(id)))
