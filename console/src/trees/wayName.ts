/** What a way on is called on the screen. */
import { tCode, tIntent } from '../shared/words'
import type { Way } from './graph'

/** Intents have a word of their own, conditions that of their kind. */
function said(part: string): string {
  const intent = tIntent(part)
  return intent === part ? tCode('kind_', part) : intent
}

export function wayName(way: Way): string {
  const outer = String(way.path[0])
  const entry = way.entry.map(said).join(' ')
  if (entry) return way.field === 'next' ? entry : `${entry} · ${tCode('field_', way.field)}`
  const parts = way.path.length > 1 && way.field === 'next' ? [outer] : way.path.map(String)
  return parts.map((part) => tCode('field_', part)).join(' · ')
}
