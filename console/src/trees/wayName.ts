/** What a way on is called on the screen. */
import { tCode, tIntent } from '../shared/words'
import type { Way } from './graph'

export function wayName(way: Way): string {
  const outer = String(way.path[0])
  const entry = way.entry.map(tIntent).join(' ')
  if (entry) return way.field === 'next' ? entry : `${entry} · ${tCode('field_', way.field)}`
  const parts = way.path.length > 1 && way.field === 'next' ? [outer] : way.path.map(String)
  return parts.map((part) => tCode('field_', part)).join(' · ')
}
