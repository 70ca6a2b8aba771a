/** Shapes of the flow: what may be done to a case, what waits for whom, and by when. */
import type { Case } from '../../shared/types'

export type Argument =
  | 'reason'
  | 'basis'
  | 'advice'
  | 'category'
  | 'grade'
  | 'targets'
  | 'result'
  | 'done'
  | 'reached'
  | 'rating'
  | 'parts'
  | 'into'
  | 'to'
  | 'relation'
  | 'centre'
  | 'clock'
  | 'days'

/** Something the asker may do now. */
export interface CaseAction {
  action: string
  zh: string
  en: string
  needs: Argument[]
  /** What else it can be given. */
  may: Argument[]
  /** Fields of the case that are to be filled first. */
  missing: string[]
}
export interface Target {
  centre: number
  lead: boolean
  /** The one person it is for; none: whoever of them takes it. */
  handler?: number
}
/** What differs in a case that is split off; what is empty is as it was. */
export interface Part {
  category: string
  description: string
  company: string
  product: string
}
/** Someone who may be given a task. */
export interface Handler {
  id: number
  display_name: string
}
/** What an action is given. */
export interface Given {
  reason?: string
  basis?: string
  advice?: string
  category?: string
  grade?: string
  targets?: Target[]
  result?: string
  done?: boolean
  reached?: boolean
  rating?: number
  parts?: Part[]
  into?: number
  to?: number
  relation?: 'duplicate' | 'related'
  centre?: number
  clock?: string
  days?: number
}
export interface Task {
  number: number
  centre_id: number
  centre: string
  handler_id: number | null
  handler: string | null
  lead: boolean
  state: 'open' | 'taken' | 'done' | 'returned'
  result: string
  assigned_at: string
}
export const LIGHTS = ['green', 'amber', 'red', 'overdue'] as const
export type Light = (typeof LIGHTS)[number]
export interface Clock {
  name: string
  zh: string
  en: string
  due_at: string | null
  /** Whether the holidays up to then are announced; where not, it may move. */
  holidays_known: boolean
  /** In working days, where only those can be extended. */
  unit: 'days' | 'work_minutes' | 'minutes'
  /** Working days that were asked for on top and wait for a decision. */
  asked: number | null
  state: 'running' | 'paused' | 'kept' | 'cancelled'
  light: Light
}
export interface Link {
  case: Case
  relation: string
}
export interface Similar {
  case: Case
  score: number
  reasons: string[]
}
export interface Evidence {
  id: number
  name: string
  media_type: string
  size: number
  sha256: string
  scan: 'unscanned' | 'clean' | 'infected'
  /** Null: the citizen, by the public page. */
  added_by: string | null
  added_at: string
}
