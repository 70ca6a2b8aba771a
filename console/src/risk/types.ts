/** Risk as the API has it. */

export interface Grade {
  code: string
  zh: string
  en: string
  colour: string
}
export interface RuleNames {
  id: string
  zh: string
  en: string
}
export interface RiskRules {
  grades: Grade[]
  rules: RuleNames[]
}
export interface Reason {
  rule: string
  zh: string
  en: string
  grade: string
  because: { what: string; value: string; words: string[]; source: string }[]
}
export interface EnteredFacts {
  harm: string | null
  people: number | null
  vulnerable: boolean | null
  spread: boolean | null
  media: boolean | null
}
export interface Risk {
  grade: string | null
  proposed: string | null
  reasons: Reason[]
  entered: EnteredFacts
  corrected: boolean
  correction_reason: string
  report_due_at: string | null
  reported_at: string | null
  decide_due_at: string | null
  decided_at: string | null
  decision: string | null
  settle_due_at: string | null
  warnings: number[]
  etag: string
}
export interface Warning {
  id: number
  zh: string
  en: string
  subject: string
  name: string
  /** The company's credit code; empty where no case has it. */
  code: string
  city: string
  /** The first digits of a division; empty where the place is known by name alone. */
  division: string
  grade: string
  cases: number
  case_ids: number[]
  case_numbers: string[]
  first_at: string
  last_at: string
  raised_at: string
  state: 'open' | 'handled'
  note: string
}
