/** How well callers are served, by HTTP. */
import { api } from '../shared/api'

export interface Content {
  count: number
  /** 0 (worst) to 100; null where there is no mark. */
  mean: number | null
  low: number
}
export interface AgentContent extends Content {
  agent_id: number | null
  agent: string
}
export interface CentreContent extends Content {
  centre_id: number
  centre: string
}
export interface Quality {
  since: string
  until: string
  whole: Content
  agents: AgentContent[]
  centres: CentreContent[]
  days: (Content & { day: string })[]
}
export interface Answering {
  count: number
  answered: number
  in_time: number
  /** Of those who asked, 0 to 1; null where nobody did. */
  connected: number | null
  mean_wait_s: number | null
  longest_wait_s: number | null
}
export interface Answered {
  within_s: number
  aim: number
  whole: Answering
  days: (Answering & { day: string })[]
}
export interface LowMark {
  given_at: string
  question: string
  mark: string
  scale: string
  agent: string
  centre: string
  call_id: number | null
  case_id: number | null
  case_number: string
}
/** Days as ISO 8601, by the centre's clock; empty: the last week. */
export interface Asked {
  since: string
  until: string
}

export const queryOf = (asked: Asked): string =>
  new URLSearchParams(Object.entries(asked).filter(([, day]) => day)).toString()
export const quality = (asked: Asked) => api<Quality>('GET', `/quality?${queryOf(asked)}`)
export const answered = (asked: Asked) => api<Answered>('GET', `/quality/answering?${queryOf(asked)}`)
export const lowMarks = (asked: Asked) => api<LowMark[]>('GET', `/quality/low?${queryOf(asked)}`)
export const csvOf = (asked: Asked): string => `/api/v1/quality/marks.csv?${queryOf(asked)}`
/** A mark beside the best that could be given: `2 / 5`. */
export const outOf = ({ mark, scale }: { mark: string; scale: string }): string => `${mark} / ${scale[0]}`
