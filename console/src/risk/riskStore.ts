/** The rules of risk in force, and the warnings that wait. */
import { ref, shallowRef } from 'vue'
import type { LiveEvent } from '../desk/desk'
import { api } from '../shared/api'
import { supervises } from '../shared/roles'
import { tell } from '../shared/told'
import { rules } from './grades'
import type { RiskRules, Warning } from './types'

export const warnings = shallowRef<Warning[]>([])
/** Grows with each event about risk: what shows a grade looks again. */
export const changes = ref(0)
let supervising = false

export async function startRisk(role: string): Promise<void> {
  supervising = supervises([role])
  rules.value = await api<RiskRules>('GET', '/risk/rules')
  if (supervising) await loadWarnings()
}

export async function loadWarnings(): Promise<void> {
  warnings.value = await api<Warning[]>('GET', '/risk/warnings?state=open')
}

export function riskEvent(event: LiveEvent): void {
  if (event.kind.startsWith('case.risk_') || event.kind === 'case.updated') changes.value++
  if (event.kind.startsWith('risk.') && supervising) void loadWarnings().catch(tell)
}

export async function handleWarning(id: number, note: string): Promise<void> {
  await api('POST', `/risk/warnings/${id}/handled`, { note })
  await loadWarnings()
}
