/** Shapes of webhook subscriptions. */
export const KINDS = [
  'case.registered',
  'case.accepted',
  'case.refused',
  'case.classified',
  'case.assigned',
  'case.taken',
  'case.handled',
  'case.supervised',
  'case.answered',
  'case.fed_back',
  'case.company_told',
  'case.called_back',
  'case.redone',
  'case.archived',
  'case.returned',
  'case.split',
  'case.merged',
  'case.transferred',
  'case.suspended',
  'case.resumed',
  'case.extended',
  'case.withdrawn',
  'case.reopened',
  'case.risk_graded',
  'case.clock_mark',
] as const
export type Kind = (typeof KINDS)[number]

export interface Webhook {
  id: number
  url: string
  kinds: Kind[]
  centre_id: number
  state: 'active' | 'paused' | 'disabled'
  failures: number
  last_delivered_at: string | null
  last_failed_at: string | null
  last_error: string
  etag: string
}
export interface WebhookMade {
  /** Told once. */
  secret: string
  webhook: Webhook
}
export interface WebhookTried {
  delivered: boolean
  /** What went wrong; empty where nothing did. */
  problem: string
}
