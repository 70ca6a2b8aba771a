/** Which cases a list shows, and in which order: it stands in the page's address, so a link or a reload shows the same. */
import type { LocationQuery } from 'vue-router'

const NAMES = ['q', 'kind', 'channel', 'status', 'risk_grade', 'light', 'open', 'since', 'until', 'sort'] as const
/** Empty: any. Days as ISO 8601, both of them included. */
export type Looking = Record<(typeof NAMES)[number], string>

export const SORTS = ['-id', 'id', 'due_at', '-updated_at'] as const

const given = (looking: Looking) => NAMES.flatMap((name) => (looking[name] ? [[name, looking[name]] as const] : []))

export const lookingOf = (query: LocationQuery): Looking =>
  Object.fromEntries(NAMES.map((name) => [name, String(query[name] ?? '')])) as Looking

/** What stands in the page's address. */
export const address = (looking: Looking): Partial<Looking> => Object.fromEntries(given(looking))

/** Whether more than words narrow the list. */
export const narrowed = (looking: Looking): boolean => given(looking).some(([name]) => name !== 'q' && name !== 'sort')

/** What the API is asked. Found words come newest first, whatever was chosen before; a bad day narrows nothing. */
export function asked(looking: Looking): string {
  const params = new URLSearchParams()
  for (const [name, value] of given(looking)) {
    if (name === 'sort' && looking.q) continue
    if (name === 'since' || name === 'until') {
      const moment = midnight(value, name === 'until' ? 1 : 0)
      if (moment) params.set(name, moment)
    } else params.set(name, value)
  }
  return params.toString()
}

/** When the day that is so many `days` after `day` begins where the reader is, as ISO 8601; empty where it is no day. */
function midnight(day: string, days: number): string {
  const at = new Date(`${day}T00:00`)
  if (Number.isNaN(at.getTime())) return ''
  at.setDate(at.getDate() + days)
  return at.toISOString()
}
