/** What may be done to the case on screen, and what is known of its way. */
import { reactive, ref } from 'vue'
import type { LiveEvent } from '../../desk/desk'
import { api, upload } from '../../shared/api'
import { onceQuiet } from '../../shared/burst'
import { tell } from '../../shared/told'
import type { Case } from '../../shared/types'
import { learn, newestOf } from '../caseStore'
import { sent } from './given'
import type { CaseAction, Clock, Evidence, Given, Link, Similar, Task } from './types'

export interface Way {
  actions: CaseAction[]
  clocks: Clock[]
  tasks: Task[]
  links: Link[]
  similar: Similar[]
  evidence: Evidence[]
}
const ways = reactive<Record<number, Way>>({})
/** The case on screen: events of others need not be followed. */
const watched = ref<number | null>(null)

export const wayOf = (id: number): Way | undefined => ways[id]

/** Follow a case for as long as it is on screen; call the answer to leave it. */
export function follow(id: number): () => void {
  watched.value = id
  void loadWay(id).catch(tell)
  return () => {
    if (watched.value === id) watched.value = null
  }
}

export async function loadWay(id: number): Promise<void> {
  /** What one of them fails at is told; the others are shown all the same. */
  const get = <T>(what: string): Promise<T[]> =>
    api<T[]>('GET', `/cases/${id}/${what}`).catch((error: unknown) => {
      tell(error)
      return []
    })
  const [actions, clocks, tasks, links, similar, evidence] = await Promise.all([
    get<CaseAction>('actions'),
    get<Clock>('clocks'),
    get<Task>('tasks'),
    get<Link>('links'),
    get<Similar>('similar'),
    get<Evidence>('evidence'),
  ])
  ways[id] = { actions, clocks, tasks, links, similar, evidence }
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
  if (watched.value !== null) void loadWay(watched.value).catch(tell)
})

/** Somebody did something to the case on screen; the case itself is followed by the case store. */
export function flowEvent(event: LiveEvent): void {
  if (event.case_id !== null && event.case_id === watched.value && event.kind.startsWith('case.')) readAgain()
}

export async function addEvidence(id: number, file: File): Promise<void> {
  await upload('POST', `/cases/${id}/evidence?name=${encodeURIComponent(file.name)}`, file)
  await loadWay(id)
}
