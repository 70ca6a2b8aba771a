import { t, tCode } from '../shared/words'

/** One line of the audit log. */
export interface Entry {
  id: number
  at: string
  kind: string
  actor: string
  actor_name: string | null
  case_id: number | null
  call_id: number | null
  data: Record<string, unknown>
}

/** What was done, in words; the kind itself where it has none. */
export function deed(kind: string): string {
  const [prefix, code] = kind.startsWith('case.') ? ['event_', kind.slice('case.'.length)] : ['audit_', kind]
  const key = code.replaceAll('.', '_')
  const said = tCode(prefix, key)
  return said === key ? kind : said
}

/** The rest of what is on record: names and values. */
export function particulars(data: Record<string, unknown>): string {
  return Object.entries(data)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(t('listComma'))
}
