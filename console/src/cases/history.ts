/** A case's history as sentences; no I/O here. */
import type { HistoryEntry } from '../shared/types'
import { t, tCode, type Word } from '../shared/words'

function value(name: string, content: unknown): string {
  if (name === 'kind') return tCode('', String(content))
  if (Array.isArray(content)) return content.join('、')
  if (typeof content === 'boolean') return content ? '✓' : '✗'
  return String(content) || t('empty')
}

/** Field by field: what it became. */
export function changed(entry: HistoryEntry): { name: string; value: string }[] {
  const changes = (entry.data.changes ?? {}) as Record<string, unknown>
  return Object.entries(changes).map(([name, content]) => {
    const word = name === 'risk_words' ? t('risk') : tCode('', name as Word)
    return { name: word, value: value(name, content) }
  })
}

export function deed(entry: HistoryEntry): string {
  const number = entry.data.number ? ` ${String(entry.data.number)}` : ''
  const kind = entry.kind.replace('case.', '')
  const known = tCode('event_', kind)
  return known + number
}

export const who = (entry: HistoryEntry): string => (entry.actor === 'gateway' ? t('gateway') : entry.actor)

/** The calls that made or touched the case, newest first. */
export function callsOf(entries: HistoryEntry[]): number[] {
  const ids = entries.map((entry) => entry.call_id).filter((id): id is number => id !== null)
  return [...new Set(ids)].sort((a, b) => b - a)
}
