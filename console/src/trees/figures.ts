/** What callers did, by HTTP, and how it is drawn. */
import { api, download } from '../shared/api'
import type { Heat } from './overlay'
import type { Draft, Release } from './treeApi'

export interface Totals {
  calls: number
  visits: number
  mean_ms: number
  hang_ups: number
  no_input: number
  no_match: number
  refused: number
  reached_person: number
}
export interface NodeFigures extends Totals {
  node: string
  reached_person_share: number
  exits: { to: string; to_node: boolean; count: number }[]
  /** Of a survey; `mean` is 0 (worst) to 100. */
  marks: { question: string; count: number; mean: number; given: { mark: string; count: number }[] }[]
}
export interface Figures {
  tree: string
  version: number | null
  since: string
  until: string
  totals: Totals
  nodes: NodeFigures[]
  days: (Totals & { day: string })[]
  releases: Release[]
}
export interface Phrase {
  id: number
  call_id: number
  version: number | null
  node: string
  kind: 'no_match' | 'refused'
  said_at: string
  heard: string
  /** How sure the likeliest answer was, 0 to 1, and why. */
  score: number | null
  reason: string
}
/** Days as ISO 8601, by the centre's clock; empty: the last week. */
export interface Asked {
  version: number | null
  since: string
  until: string
}

export const MEASURES = [
  'visits',
  'hang_ups',
  'no_input',
  'no_match',
  'refused',
  'mean_ms',
  'reached_person_share',
] as const
export type Measure = (typeof MEASURES)[number]

const of = (tree: string): string => `/trees/${encodeURIComponent(tree)}`
function query(asked: Asked, more: Record<string, string> = {}): string {
  const values = {
    since: asked.since,
    until: asked.until,
    version: asked.version ? String(asked.version) : '',
    ...more,
  }
  return new URLSearchParams(Object.entries(values).filter(([, value]) => value)).toString()
}

export const figures = (tree: string, asked: Asked, node: string) =>
  api<Figures>('GET', `${of(tree)}/figures?${query(asked, { node })}`)
/** The newest first, at most `PHRASES`; those `before` a phrase's number. */
export const phrases = (tree: string, asked: Asked, node: string, before = '') =>
  api<Phrase[]>('GET', `${of(tree)}/phrases?${query(asked, { node, before, limit: String(PHRASES) })}`)
export const PHRASES = 50
export const phraseSound = (tree: string, id: number) => download('GET', `${of(tree)}/phrases/${id}/sound`)
export const asExample = (tree: string, id: number, option: string, etag: string) =>
  api<Draft>('POST', `${of(tree)}/phrases/${id}/example`, { option }, etag)
export const putAside = (tree: string, id: number) => api<void>('DELETE', `${of(tree)}/phrases/${id}`)

/** Save the figures as a file of the browser. Throws `Problem`. */
export async function saveFile(tree: string, asked: Asked, kind: 'csv' | 'parquet'): Promise<void> {
  const file = await download('GET', `${of(tree)}/figures.${kind}?${query(asked)}`)
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = [tree, asked.since, asked.until].filter(Boolean).join('-') + `.${kind}`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

export function written(value: number, measure: Measure): string {
  if (measure === 'mean_ms') return `${(value / 1000).toFixed(1)} s`
  if (measure === 'reached_person_share') return `${Math.round(value * 100)}%`
  return String(value)
}

/** What a day, or all of them, come to by a measure. */
export const measured = (day: Totals, measure: Measure): number =>
  measure === 'reached_person_share' ? (day.calls ? day.reached_person / day.calls : 0) : day[measure]

/** Each node's share of the highest; a share of callers is one by itself. */
export function heatOf(nodes: NodeFigures[], measure: Measure): Record<string, Heat> {
  const most = measure === 'reached_person_share' ? 1 : Math.max(1, ...nodes.map((node) => node[measure]))
  return Object.fromEntries(
    nodes.map((node) => [node.node, { share: node[measure] / most, text: written(node[measure], measure) }]),
  )
}

/** How often callers went from one node straight to another, by `from>to`. */
export const flowsOf = (nodes: NodeFigures[]): Record<string, number> =>
  Object.fromEntries(
    nodes.flatMap(({ node, exits }) =>
      exits.filter((exit) => exit.to_node).map(({ to, count }) => [`${node}>${to}`, count] as const),
    ),
  )
