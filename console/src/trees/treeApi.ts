/** Trees by HTTP. Shapes are those of the API; times are ISO 8601 UTC. */
import { api, create } from '../shared/api'
import type { Schema } from './schema'

export interface Editor {
  username: string
  display_name: string
  since: string
  me: boolean
}
export interface TreeShown {
  name: string
  current: number | null
  published_at: string | null
  published_by: string
  note: string
  draft_saved_at: string | null
  draft_saved_by: string
  editor: Editor | null
}
export interface Draft {
  text: string
  tests: string
  /** The published version that it was made from. */
  base: number | null
  saved_by: string
  saved_at: string | null
  editor: Editor | null
  etag: string
}
export interface TreeProblem {
  line: number
  column: number
  severity: 'error' | 'warning'
  code: string
  message: string
  remedy: string
}
export interface Checked {
  problems: TreeProblem[]
  publishable: boolean
}
export interface VersionShown {
  number: number
  author: string
  note: string
  parent: number | null
  published_at: string
}
export interface VersionWithText extends VersionShown {
  text: string
  tests: string
  /** Its prompts that have another sound by now. */
  changed_sounds: string[]
}
export interface HistoryEntry extends VersionShown {
  in_force: boolean
  added: number
  removed: number
}
export interface Release {
  version: number
  kind: 'set_up' | 'publish' | 'rollback'
  actor: string
  note: string
  at: string
}
export interface History {
  versions: HistoryEntry[]
  releases: Release[]
}

const of = (name: string): string => `/trees/${encodeURIComponent(name)}`

export const trees = () => api<TreeShown[]>('GET', '/trees')
export const schema = () => api<Schema>('GET', '/trees/schema')
export const check = (text: string) => api<Checked>('POST', '/trees/check', { text })
export const inForce = (name: string) => api<VersionWithText>('GET', of(name))
/** A text becomes the draft of the tree that it names; one that there is none of is made. */
export const take = (text: string, tests: string) => create<TreeShown>('/trees/import', { text, tests })
export const version = (name: string, number: number) => api<VersionWithText>('GET', `${of(name)}/versions/${number}`)
export const history = (name: string) => api<History>('GET', `${of(name)}/versions`)
export const draft = (name: string) => api<Draft>('GET', `${of(name)}/draft`)
export const save = (name: string, etag: string, body: { text: string; tests: string; base?: number | null }) =>
  api<Draft>('PUT', `${of(name)}/draft`, body, etag)
export const discard = (name: string, etag: string) => api<void>('DELETE', `${of(name)}/draft`, undefined, etag)
export const edit = (name: string, takeOver: boolean) =>
  api<Editor>('POST', `${of(name)}/editor`, { take_over: takeOver })
export const leave = (name: string) => api<void>('DELETE', `${of(name)}/editor`)
export const publish = (name: string, etag: string, note: string) =>
  api<VersionShown>('POST', `${of(name)}/publish`, { note }, etag)
export const rollBack = (name: string, number: number, note: string) =>
  api<Release>('POST', `${of(name)}/rollback`, { version: number, note })
