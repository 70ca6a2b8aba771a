/** The tree of centres, read once and again after each change. */
import { shallowRef } from 'vue'
import { api } from '../shared/api'
import type { Centre } from './types'

export const centres = shallowRef<Centre[]>([])
export const centreOf = (id: number | null): Centre | undefined => centres.value.find((centre) => centre.id === id)
export const centreName = (id: number): string => centreOf(id)?.name ?? String(id)
/** The ids of a centre and of those above it, nearest first; none of a centre that the person does not see. */
export function above(id: number | null): number[] {
  const here = centreOf(id)
  return here ? [here.id, ...above(here.parent_id)] : []
}
/** The last year whose holidays are announced; null until it is known. */
export const holidaysUntil = shallowRef<number | null>(null)

export async function loadHolidays(): Promise<void> {
  holidaysUntil.value = (await api<{ holidays_until: number }>('GET', '/system/status')).holidays_until
}
export async function loadCentres(): Promise<void> {
  centres.value = await api<Centre[]>('GET', '/centres')
}
