/** The newest version of every case on screen, and the edits to them until the server has them. */
import { reactive, ref, shallowReactive, type Ref } from 'vue'
import type { LiveEvent } from '../desk/desk'
import { api, Problem } from '../shared/api'
import { read } from '../shared/stored'
import { tell } from '../shared/told'
import type { Case, CaseDetail, CaseFields, Edits, FieldName } from '../shared/types'
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

/** What the server would not have of a case, as it was sent, and what it said of each field. */
interface Wrong {
  values: Edits
  problems: Partial<Record<FieldName, string>>
}
const wrongs = reactive<Record<number, Wrong>>({})
/** Why none of a case's edits are taken: not sent again until the case or the edits are others. */
const refusals = shallowReactive<Record<number, Problem>>({})

export const keptOf = (id: number): Kept => edits.value[id] ?? nothing
export const newestOf = (id: number): Case | undefined => known[id]
export const isSaving = (id: number): boolean => saving.has(id)
export const refusalOf = (id: number): Problem | undefined => refusals[id]
/** Cases of which nothing is taken, and why. */
export const refused = (): [id: number, why: Problem][] =>
  Object.entries(refusals).map(([id, why]) => [Number(id), why])
/** What is wrong with what stands in a field; empty where nothing is known to be. */
export function problemOf(id: number, name: FieldName): string {
  const mine = keptOf(id).mine
  return name in mine && mine[name] === wrongs[id]?.values[name] ? (wrongs[id].problems[name] ?? '') : ''
}
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
    failed(id, error)
  }
}

/** What could not be saved is tried again where nobody answered; what was refused waits for a person. */
function failed(id: number, error: unknown): void {
  if (!(error instanceof Problem) || error.status === 401 || error.status === 412) tell(error)
  else if (error.unreachable) schedule(id, RETRY_MS)
  else if (!takeWrong(id, error)) refusals[id] = error
}

/** Note which fields the server found wrong; false where its refusal is of something else. */
function takeWrong(id: number, { errors }: Problem): boolean {
  const { sent } = keptOf(id)
  const told = errors.map(({ field, problem }) => [field.split('.').at(-1) as FieldName, problem] as const)
  if (!told.length || !told.every(([name]) => name in sent)) return false
  const { values, problems } = wrongs[id] ?? { values: {}, problems: {} }
  const refusedNow = Object.fromEntries(told.map(([name]) => [name, sent[name]]))
  wrongs[id] = { values: { ...values, ...refusedNow }, problems: { ...problems, ...Object.fromEntries(told) } }
  return true
}

/** Forget what was typed on a case and not saved. */
export function discard(id: number): void {
  clearTimeout(timers.get(id))
  delete wrongs[id]
  delete refusals[id]
  put(id, nothing)
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
  // It may be open again, or back with this centre.
  if (refusals[case_.id] && old && case_.version > old.version) schedule(case_.id, 0)
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
  delete refusals[id]
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
  const due = () => Object.keys(sendable(known[id] as Case, keptOf(id), wrongs[id]?.values)).length
  const before = due()
  if (!before) return
  try {
    await change(id, 'PATCH', '')
    delete refusals[id]
  } catch (error) {
    failed(id, error)
    // What is wrong stays here; what was typed beside it is saved.
    if (due() && due() < before) schedule(id, 0)
  }
}

/** Give the case its number, with what was typed. Throws where a conflict is still open. */
export async function register(id: number): Promise<Case> {
  clearTimeout(timers.get(id))
  try {
    return await change(id, 'POST', '/register')
  } catch (error) {
    if (error instanceof Problem) takeWrong(id, error)
    throw error
  }
}

/** Keep apart who a case is from; what was typed of them goes first. Throws `Problem`. */
export async function seal(id: number, reason: string): Promise<void> {
  clearTimeout(timers.get(id))
  await change(id, 'PATCH', '')
  await onNewest(id, (newest) => api<Case>('POST', `/cases/${id}/seal`, { reason }, newest.etag))
}

function change(id: number, method: 'PATCH' | 'POST', suffix: string): Promise<Case> {
  return onNewest(id, (newest) => {
    if (method === 'POST' && conflictsOf(id).length) throw new Problem(412, 'edited-meanwhile', t('conflictTitle'))
    // A number is given to what is right as a whole, so that what was found wrong is sent again, and told again.
    const changes = sendable(newest, keptOf(id), method === 'PATCH' ? wrongs[id]?.values : {})
    put(id, send(keptOf(id), changes))
    return api<Case>(method, `/cases/${id}${suffix}`, changes, newest.etag)
  })
}

/** Change the newest version of a case, and what is newest by then where somebody was quicker. */
async function onNewest(id: number, sendIt: (newest: Case) => Promise<Case>): Promise<Case> {
  saving.add(id)
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        return learn(await sendIt(known[id] as Case))
      } catch (error) {
        if (!(error instanceof Problem) || error.status !== 412 || attempt === ATTEMPTS) throw error
        await fetchCase(id)
      }
    }
  } finally {
    saving.delete(id)
  }
}
