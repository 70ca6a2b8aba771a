/** The hotline's own words, a change to them that is being tried, and the change that was kept last. */
import { computed, ref, shallowRef } from 'vue'
import { all, api, create, Problem } from '../shared/api'
import { stored } from '../shared/stored'
import { changeOf, nothing, same, type Change, type Draft, type Kind, type ListedWord } from './change'

export interface Difference {
  recording: string
  said: string
  before: string
  after: string
}
export interface Trial {
  id: number
  state: 'running' | 'done' | 'failed'
  recordings: number
  error_before: number | null
  error_after: number | null
  differences: Difference[]
}
interface Kept {
  added: ListedWord[]
  removed: ListedWord[]
}

const ASK_AGAIN_MS = 2000

export const words = shallowRef<ListedWord[] | null>(null)
/** Survives a reload: nothing typed is lost. */
export const draft = stored<Draft>('words-draft', nothing())
/** What is measured, and its trial's number; the hotline measures on while the page is closed. */
const asked = stored<{ id: number; change: Change } | null>('words-trial', null)
export const trial = shallowRef<Trial | null>(null)
export const kept = ref<Kept | null>(null)

export const change = computed(() => changeOf(draft.value, words.value ?? []))
export const tried = computed(() => asked.value !== null && same(asked.value.change, change.value))
let asking = 0

export async function loadWords(): Promise<void> {
  words.value = await all<ListedWord>('/words')
}

export async function tryOut(): Promise<void> {
  const measured = change.value
  trial.value = await api<Trial>('POST', '/words/trials', measured)
  asked.value = { id: trial.value.id, change: measured }
  await follow()
}

/** Asks until the trial is over; the newest asker alone goes on. */
export async function follow(): Promise<void> {
  const turn = ++asking
  while (turn === asking && asked.value) {
    try {
      trial.value = await api<Trial>('GET', `/words/trials/${asked.value.id}`)
    } catch (error) {
      // Trials are remembered until the hotline is started again.
      if (!(error instanceof Problem && error.status === 404)) throw error
      asked.value = trial.value = null
      return
    }
    if (trial.value.state !== 'running') return
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS))
  }
}

export function stopFollowing(): void {
  asking++
}

/** Makes the change that was measured. What fails in its middle leaves the rest in the draft. */
export async function keep(): Promise<void> {
  const { add, remove } = change.value
  const listed = words.value ?? []
  const made: Kept = { added: [], removed: listed.filter((each) => remove.includes(each.id)) }
  try {
    for (const word of add) made.added.push(await expect(word, draft.value.kind))
    for (const id of remove) await api('DELETE', `/words/${id}`)
    draft.value = { ...nothing(), kind: draft.value.kind }
    asked.value = trial.value = null
  } finally {
    kept.value = made
    await loadWords()
  }
}

/** Takes back what was kept last. */
export async function takeBack(): Promise<void> {
  const made = kept.value
  if (!made) return
  await loadWords()
  const there = new Set(words.value?.map((each) => each.word))
  for (const each of made.added) await api('DELETE', `/words/${each.id}`)
  for (const each of made.removed) if (!there.has(each.word)) await expect(each.word, each.kind)
  kept.value = null
  await loadWords()
}

const expect = (word: string, kind: Kind): Promise<ListedWord> => create<ListedWord>('/words', { word, kind })
