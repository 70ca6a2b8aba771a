/** Lists of calls and of what was said in them, a page at a time. */
import { api } from '../shared/api'
import type { CallSummary, FoundLine } from '../shared/types'

const PAGE = 50

export interface Listed {
  rows: CallSummary[]
  /** Where the next page goes on; null at the end. */
  next: number | null
}
export interface Found {
  lines: FoundLine[]
  next: number | null
}

/** The newest calls, or `soFar` and the page behind it. */
export async function callsBefore(soFar?: Listed): Promise<Listed> {
  const before = soFar?.next ? `&before=${soFar.next}` : ''
  const page = await api<CallSummary[]>('GET', `/calls?limit=${PAGE}${before}`)
  return { rows: [...(soFar?.rows ?? []), ...page], next: page.length === PAGE ? (page.at(-1)?.id ?? null) : null }
}

/** Lines that hold what was looked for, or `soFar` and the page behind it. */
export async function linesFound(q: string, by: 'word' | 'sound', soFar?: Found): Promise<Found> {
  const before = soFar?.next ? `&before=${soFar.next}` : ''
  const page = await api<Found>('GET', `/transcripts?q=${encodeURIComponent(q)}&by=${by}&limit=${PAGE}${before}`)
  return { lines: [...(soFar?.lines ?? []), ...page.lines], next: page.next }
}
