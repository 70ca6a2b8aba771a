/** The open tree's draft: every keystroke kept in this browser at once, on the server soon after; nothing overwritten unseen. */
import { computed, ref, shallowRef, watch } from 'vue'
import { Problem } from '../shared/api'
import { read } from '../shared/stored'
import { tell } from '../shared/told'
import { latest } from './treeEvents'
import * as api from './treeApi'
import { begin, take, text } from './text'

/** Typing pauses for this long before it is saved, ms. */
const PAUSE_MS = 700
const RETRY_MS = 3000
/** The API takes a page for closed after 60 s without a sign of it. */
const STILL_HERE_MS = 20_000

/** What was typed and the server does not have. */
interface Kept {
  text: string
  tests: string
  etag: string
}

export const name = ref('')
/** The server's newest draft. */
export const server = shallowRef<api.Draft | null>(null)
export const tests = ref('')
/** Someone else's draft that this browser's text was not made from: compare and choose. */
export const conflict = shallowRef<api.Draft | null>(null)
export const saving = ref(false)
/** The server could not be reached; what was typed is kept here meanwhile. */
export const unreachable = ref(false)
/** Someone else has the tree open: only they may change it. */
export const otherEditor = computed(() => {
  const editor = server.value?.editor
  return editor && !editor.me ? editor : null
})
export const readOnly = computed(() => otherEditor.value !== null)
export const unsaved = computed(
  () => server.value !== null && (text.value !== server.value.text || tests.value !== server.value.tests),
)
export const saveState = computed(() => {
  if (conflict.value) return 'conflict'
  if (saving.value) return 'saving'
  return unsaved.value ? 'unsaved' : 'saved'
})

let storedAs = ''
let timer: ReturnType<typeof setTimeout> | undefined
let heartbeat: ReturnType<typeof setInterval> | undefined

/** Open a tree to change it. Throws `Problem`. */
export async function open(userId: number, tree: string): Promise<void> {
  close()
  storedAs = `tree.${userId}.${tree}`
  const found = await api.draft(tree)
  name.value = tree
  learn(found)
  begin(found.text)
  tests.value = found.tests
  const kept = read<Kept | null>(storedAs, null)
  if (kept && (kept.text !== found.text || kept.tests !== found.tests)) {
    take(kept.text)
    tests.value = kept.tests
    if (kept.etag !== found.etag) conflict.value = found
  }
  await stillHere()
  heartbeat = setInterval(() => void stillHere(), STILL_HERE_MS)
}

export function close(): void {
  clearTimeout(timer)
  clearInterval(heartbeat)
  if (name.value && server.value?.editor?.me) void api.leave(name.value).catch(tell)
  name.value = ''
  server.value = conflict.value = null
}

function learn(draft: api.Draft): void {
  server.value = draft
  unreachable.value = false
}

/** Tell the server that the tree is open here. */
async function stillHere(takeOver = false): Promise<void> {
  try {
    const editor = await api.edit(name.value, takeOver)
    if (server.value) learn({ ...server.value, editor })
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    if (error.status === 409) await refresh()
    else if (!error.unreachable) tell(error)
  }
}

/** Take the editing from whoever has it; what this browser holds is put beside their draft first. */
export async function takeOver(): Promise<void> {
  await stillHere(true)
  await refresh()
  if (unsaved.value) schedule(0)
}

/** Read the draft again. What was typed here and is not saved stays, and is put beside it. */
export async function refresh(): Promise<void> {
  const tree = name.value
  const found = await api.draft(tree)
  if (name.value !== tree) return
  const mine = unsaved.value
  // Where there is no draft, its text is the one in force, which a roll-back changes.
  const changed = found.etag !== server.value?.etag || found.text !== server.value.text
  learn(found)
  if (!changed) return
  if (mine && (text.value !== found.text || tests.value !== found.tests)) conflict.value = found
  else adopt(found)
}

function adopt(draft: api.Draft): void {
  take(draft.text)
  tests.value = draft.tests
  localStorage.removeItem(storedAs)
}

/** The server changed the draft for this page. */
export function received(draft: api.Draft): void {
  learn(draft)
  adopt(draft)
}

/** The version in force, and no draft. Throws `Problem`. */
export async function discard(): Promise<void> {
  await saved()
  await api.discard(name.value, server.value?.etag ?? '')
  const found = await api.draft(name.value)
  received(found)
}

/** `base`: the published version that the text now takes into account. */
export function choose(chosen: string, whose: 'mine' | 'theirs', base?: number | null): void {
  const theirs = conflict.value
  if (!theirs) return
  conflict.value = null
  learn(theirs)
  if (whose === 'theirs') adopt(theirs)
  else {
    take(chosen)
    keep()
    schedule(0, base)
  }
}

function keep(): void {
  const kept: Kept = { text: text.value, tests: tests.value, etag: server.value?.etag ?? '' }
  localStorage.setItem(storedAs, JSON.stringify(kept))
}

watch(
  [text, tests],
  () => {
    if (!name.value) return
    if (!unsaved.value) return localStorage.removeItem(storedAs)
    if (!conflict.value) keep()
    schedule(PAUSE_MS)
  },
  { flush: 'sync' },
)
watch(latest, (event) => {
  if (!event || event.data.tree !== name.value || saving.value) return
  const own = event.kind === 'tree.draft_saved' && event.data.etag === server.value?.etag
  if (!own) void refresh().catch(tell)
})

function schedule(delay: number, base?: number | null): void {
  clearTimeout(timer)
  timer = setTimeout(() => void saveNow(base).catch(tell), delay)
}

async function saveNow(base?: number | null): Promise<void> {
  if (saving.value) return schedule(PAUSE_MS, base)
  const draft = server.value
  if (!draft || conflict.value || readOnly.value || (!unsaved.value && base === undefined)) return
  saving.value = true
  try {
    learn(await api.save(name.value, draft.etag, { text: text.value, tests: tests.value, base: base ?? null }))
    if (unsaved.value) keep()
    else localStorage.removeItem(storedAs)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    if (error.unreachable) {
      unreachable.value = true
      schedule(RETRY_MS, base)
    } else if (error.status === 412 || error.status === 409) {
      saving.value = false
      await refresh()
    } else throw error
  } finally {
    saving.value = false
  }
  if (unsaved.value && !conflict.value && !readOnly.value) schedule(unreachable.value ? RETRY_MS : PAUSE_MS)
}

/** Wait until the server has all that was typed. Throws what a save throws. */
export async function saved(): Promise<void> {
  clearTimeout(timer)
  while (saving.value) await new Promise((resolve) => setTimeout(resolve, 50))
  await saveNow()
}
/** Put another published version under the draft, so that it may be published over it. Throws `Problem`. */
export async function rebase(base: number): Promise<void> {
  await saved()
  await saveNow(base)
}
