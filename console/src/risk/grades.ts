/** The names of grades and rules; no I/O here. */
import { shallowRef } from 'vue'
import { language } from '../shared/words'
import type { RiskRules } from './types'

/** As the server has them; empty until they are there. */
export const rules = shallowRef<RiskRules>({ grades: [], rules: [] })

export const named = (found: { zh: string; en: string }): string => (language === 'en' ? found.en : found.zh)
export const gradeOf = (code: string) => rules.value.grades.find((grade) => grade.code === code)
