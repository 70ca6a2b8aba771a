/** The newest version of every case on screen, and the edits to them until the server has them. */
import { reactive, ref, type Ref } from 'vue'
import type { LiveEvent } from '../desk/desk'
import { api, Problem } from '../shared/api'
import { read } from '../shared/stored'
import { tell } from '../shared/told'
import type { Case, CaseDetail, CaseFields, FieldName } from '../shared/types'
import { t } from '../shared/words'
import { conflicts, isEmpty, keepMine, nothing, send, sendable, settle, takeTheirs, type, type Kept } from './edits'

/** Typing pauses for this long before it is saved, ms. */
const PAUSE_MS = 800
const RETRY_MS = 3000
/** Versions can change under a save; after this many in a row the next pause tries again. */
const ATTEMPTS = 5

const known = reactive<Record<number, Case>>({})
const edits: Ref<Record<number, Kept>> = ref({})
const saving = reactive(new Set<number>())
const timers = new Map<number, ReturnType<typeof setTimeout>>()
let storedAs = 'edits'

export const keptOf = (id: number): Kept => edits.value[id] ?? nothing
export const newestOf = (id: number): Case | undefined => known[id]
export const isSaving = (id: number): boolean => saving.has(id)
export const conflictsOf = (id: number): FieldName[] => (known[id] ? conflicts(known[id], keptOf(id)) : [])

/** Take up what this person typed earlier and the server never got. */
export async function openEdits(userId: number): Promise<void> {
  storedAs = `edits.${userId}`
  edits.value = read(storedAs, {})
  for (const id of Object.keys(edits.value).map(Number)) await resume(id)
}

async function resume(id: number): Promise<void> {
  try {
    await fetchCase(id)
    schedule(id, 0)
  } catch (error) {
    if (error instanceof Problem && error.unreachable) schedule(id, RETRY_MS)
    else tell(error)
  }
}

function put(id: number, kept: Kept): void {
  const { [id]: _, ...others } = edits.value
  edits.value = isEmpty(kept) ? others : { ...others, [id]: kept }
  localStorage.setItem(storedAs, JSON.stringify(edits.value))
}

/** A version of a case came from the server; older ones than the newest are of no use. */
export function learn<C extends Case>(case_: C): C {
  const old = known[case_.id]
  if (!old || case_.version >= old.version) known[case_.id] = case_
  put(case_.id, settle(known[case_.id] as Case, keptOf(case_.id)))
  return case_
}

export async function fetchCase(id: number): Promise<CaseDetail> {
  return learn(await api<CaseDetail>('GET', `/cases/${id}`))
}

/** Someone, or the caller's own words, changed a case that may be on screen. */
export function caseEvent(event: LiveEvent): void {
  const old = event.case_id === null ? undefined : known[event.case_id]
  if (!old || !event.kind.startsWith('case.')) return
  const version = Number(event.data.version ?? 0)
  if (event.kind === 'case.updated' && version === old.version + 1) {
    learn({ ...old, ...(event.data.changes as Partial<CaseFields>), version, etag: `"${version}"` })
  } else if (!version || version > old.version) {
    void fetchCase(old.id).catch(tell)
  }
}

export function edit<N extends FieldName>(id: number, name: N, value: CaseFields[N]): void {
  const newest = known[id]
  if (!newest) return
  put(id, type(keptOf(id), newest, name, value))
  schedule(id, PAUSE_MS)
}

export function resolve(id: number, name: FieldName, whose: 'mine' | 'theirs'): void {
  const newest = known[id]
  if (!newest) return
  put(id, whose === 'mine' ? keepMine(newest, keptOf(id), name) : takeTheirs(keptOf(id), name))
  schedule(id, 0)
}

function schedule(id: number, delay: number): void {
  clearTimeout(timers.get(id))
  timers.set(
    id,
    setTimeout(() => void (known[id] ? save(id) : resume(id)), delay),
  )
}

/** Try again at once, now that the server is back. */
export function saveAll(): void {
  for (const id of Object.keys(edits.value)) schedule(Number(id), 0)
}

async function save(id: number): Promise<void> {
  if (saving.has(id)) return schedule(id, PAUSE_MS)
  if (Object.keys(sendable(known[id] as Case, keptOf(id))).length === 0) return
  try {
    await change(id, 'PATCH', '')
  } catch (error) {
    if (error instanceof Problem && error.unreachable) schedule(id, RETRY_MS)
    else tell(error)
  }
}

/** Give the case its number, with what was typed. Throws where a conflict is still open. */
export async function register(id: number): Promise<Case> {
  clearTimeout(timers.get(id))
  return change(id, 'POST', '/register')
}

async function change(id: number, method: 'PATCH' | 'POST', suffix: string): Promise<Case> {
  saving.add(id)
  try {
    for (let attempt = 1; ; attempt++) {
      const newest = known[id] as Case
      if (method === 'POST' && conflictsOf(id).length) throw new Problem(412, 'edited-meanwhile', t('conflictTitle'))
      const changes = sendable(newest, keptOf(id))
      put(id, send(keptOf(id), changes))
      try {
        return learn(await api<Case>(method, `/cases/${id}${suffix}`, changes, newest.etag))
      } catch (error) {
        if (!(error instanceof Problem) || error.status !== 412 || attempt === ATTEMPTS) throw error
        await fetchCase(id)
      }
    }
  } finally {
    saving.delete(id)
  }
}
