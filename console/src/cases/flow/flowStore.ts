/** What may be done to the case on screen, and what is known of its way. */
import { reactive, shallowRef } from 'vue'
import type { LiveEvent } from '../../desk/desk'
import { api, createFrom } from '../../shared/api'
import { onceQuiet } from '../../shared/burst'
import { tell } from '../../shared/told'
import type { Case } from '../../shared/types'
import { learn, newestOf } from '../caseStore'
import { sent } from './given'
import type { CaseAction, Clock, Evidence, Given, Link, Similar, Task } from './types'

export interface Way {
  clocks: Clock[]
  tasks: Task[]
  links: Link[]
  similar: Similar[]
  evidence: Evidence[]
}
const ways = reactive<Record<number, Way>>({})
const allowed = reactive<Record<number, CaseAction[]>>({})
/** The case on screen, and how to read of it again: events of others need not be followed. */
const watched = shallowRef<{ id: number; load: (id: number) => Promise<void> } | null>(null)

export const wayOf = (id: number): Way | undefined => ways[id]
export const actionsOf = (id: number): CaseAction[] | undefined => allowed[id]
/** Whether the flow allows it. Before that is known it counts as allowed: what is typed meanwhile is kept all the same. */
export const mayDo = (id: number, action: string): boolean =>
  allowed[id]?.some((each) => each.action === action) ?? true
/** Whether there is anything to do for whoever asks: the case is theirs to work on, be it closed. */
export const isTheirs = (id: number): boolean => allowed[id]?.length !== 0

/** Follow a case for as long as it is on screen; call the answer to leave it. */
export const follow = (id: number): (() => void) => watch(id, loadWay)
/** The same of no more than what may be done to it. */
export const followActions = (id: number): (() => void) => watch(id, loadActions)

function watch(id: number, load: (id: number) => Promise<void>): () => void {
  const mine = { id, load }
  watched.value = mine
  void load(id).catch(tell)
  return () => {
    if (watched.value === mine) watched.value = null
  }
}

async function loadActions(id: number): Promise<void> {
  allowed[id] = await api<CaseAction[]>('GET', `/cases/${id}/actions`)
}

export async function loadWay(id: number): Promise<void> {
  /** What one of them fails at is told; the others are shown all the same. */
  const get = <T>(what: string): Promise<T[]> =>
    api<T[]>('GET', `/cases/${id}/${what}`).catch((error: unknown) => {
      tell(error)
      return []
    })
  const [, clocks, tasks, links, similar, evidence] = await Promise.all([
    loadActions(id).catch(tell),
    get<Clock>('clocks'),
    get<Task>('tasks'),
    get<Link>('links'),
    get<Similar>('similar'),
    get<Evidence>('evidence'),
  ])
  ways[id] = { clocks, tasks, links, similar, evidence }
}

/** Throws `Problem`. */
export async function act(id: number, action: CaseAction, given: Given): Promise<void> {
  const case_ = newestOf(id)
  if (!case_) return
  learn(await api<Case>('POST', `/cases/${id}/actions`, sent(action, given), case_.etag))
  await loadWay(id)
}

/** One action tells of itself, of limits, of notices: the way is read again once, after all of them. */
const PAUSE_MS = 200
const readAgain = onceQuiet(PAUSE_MS, () => {
  if (watched.value) void watched.value.load(watched.value.id).catch(tell)
})

/** Somebody did something to the case on screen; the case itself is followed by the case store. */
export function flowEvent(event: LiveEvent): void {
  if (event.case_id !== null && event.case_id === watched.value?.id && event.kind.startsWith('case.')) readAgain()
}

export async function addEvidence(id: number, file: File): Promise<void> {
  await createFrom(`/cases/${id}/evidence?name=${encodeURIComponent(file.name)}`, file)
  await loadWay(id)
}
