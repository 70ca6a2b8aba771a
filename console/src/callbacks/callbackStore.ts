/** Callers who wait to be called back; null until they are known. */
import { reactive, shallowRef } from 'vue'
import type { LiveEvent } from '../desk/desk'
import { desk } from '../desk/deskStore'
import { answer, forgetWish } from '../phone/phone'
import { all, api } from '../shared/api'
import { doing, remind, tell } from '../shared/told'
import type { Callback } from '../shared/types'
import { t } from '../shared/words'

/** A mark can be taken back for this long; only then is the server told, ms. */
const UNDO_MS = 6000
export const RATINGS = [5, 4, 3, 2, 1] as const
export const WHYS = ['no_answer', 'busy', 'not_them'] as const
export interface Result {
  reached: boolean
  rating?: number
  result: string
  why: (typeof WHYS)[number]
}
/** Those that the case's flow asks for ask for a rating, too. */
const RATED = new Set(['follow_up', 'bad_rating'])
export const isRated = (callback: Callback): boolean => RATED.has(callback.reason)

export const callbacks = shallowRef<Callback[] | null>(null)
/** Marked as done, not told to the server yet. */
export const marked = reactive(new Map<number, ReturnType<typeof setTimeout>>())

export async function loadCallbacks(): Promise<void> {
  callbacks.value = await all<Callback>('/callbacks')
}

export function callbacksEvent(event: LiveEvent): void {
  if (!event.kind.startsWith('callback.')) return
  if (event.kind === 'callback.due') remind(t('callbackDue'))
  if (event.kind === 'callback.not_dialled') remind(t('callbackNotDialled'))
  void loadCallbacks().catch(tell)
}

/** This agent's phone rings first, then the citizen's. The page's own phone is not left ringing: it was wanted. */
export async function dialCallback(id: number): Promise<void> {
  const here = desk.value?.agent?.phone === 'web'
  if (here) answer()
  try {
    await api('POST', `/callbacks/${id}/dial`)
  } catch (error) {
    if (here) forgetWish()
    throw error
  }
}

export async function report(id: number, { reached, rating, result, why }: Result): Promise<void> {
  const given = reached ? { reached, result, rating } : { reached, result, why }
  await api('POST', `/callbacks/${id}/result`, given)
  await loadCallbacks()
}

export async function plan({ id, etag }: Callback, due_at: string | null, assignee_id: number | null): Promise<void> {
  await api('PUT', `/callbacks/${id}/plan`, { due_at, assignee_id }, etag)
  await loadCallbacks()
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
  await api('POST', `/callbacks/${id}/result`, { reached: true })
  await loadCallbacks()
}

/** A page that closes says what was marked rather than forgetting it. */
window.addEventListener('pagehide', () => [...marked.keys()].forEach((id) => void commit(id)))
