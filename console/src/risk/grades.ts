/** The grades and rules in force; no I/O here. */
import { shallowRef } from 'vue'
import type { RiskRules } from './types'

/** As the server has them; empty until they are there. */
export const rules = shallowRef<RiskRules>({ grades: [], rules: [] })

export const gradeOf = (code: string) => rules.value.grades.find((grade) => grade.code === code)
