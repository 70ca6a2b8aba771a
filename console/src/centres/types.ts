/** Shapes of the tree of centres. */
export const LEVELS = ['national', 'provincial', 'municipal', 'county'] as const
export interface Centre {
  id: number
  name: string
  level: (typeof LEVELS)[number]
  parent_id: number | null
  /** The other bureau's centre, where two share this one. */
  shared_with_id: number | null
  division: string
  exceptions: Record<string, boolean>
  hours: string[]
  active: boolean
  etag: string
}
export interface Limit {
  kind: string
  clock: string
  zh: string
  en: string
  unit: 'days' | 'work_minutes' | 'minutes'
  amount: number
  flow_amount: number
  source: string
  set_by: string | null
  set_at: string | null
  reason: string
  etag: string
}
