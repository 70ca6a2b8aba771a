/** Shapes of people and what they may do. */
export const ROLES = [
  'agent',
  'handler',
  'dispatcher',
  'supervisor',
  'auditor',
  'ivr_admin',
  'centre_admin',
  'system_admin',
] as const
export type Role = (typeof ROLES)[number]

export interface Post {
  centre_id: number
  role: Role
}
export interface Person {
  id: number
  username: string
  display_name: string
  role: Role
  extension: string
  languages: string[]
  disabled: boolean
  centre_id: number
  posts: Post[]
  etag: string
}
export interface PersonChanged {
  person: Person
  note: string
}
export interface PersonAdded extends PersonChanged {
  password: string
}
