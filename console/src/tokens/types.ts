/** Shapes of other systems' tokens. */
export const SCOPES = [
  'cases:read',
  'cases:write',
  'calls:read',
  'recordings:read',
  'risk:read',
  'figures:read',
  'events:read',
  'audit:read',
  'webhooks:write',
] as const
export type Scope = (typeof SCOPES)[number]
/** What a token can act as. */
export const TOKEN_ROLES = ['handler', 'dispatcher', 'supervisor', 'auditor', 'ivr_admin', 'centre_admin'] as const

export interface Token {
  id: number
  name: string
  scopes: Scope[]
  role: (typeof TOKEN_ROLES)[number]
  centre_id: number
  made_by: string
  expires_at: string
  last_used_at: string | null
  revoked_at: string | null
}
export interface TokenMade {
  /** Told once. */
  secret: string
  token: Token
}
