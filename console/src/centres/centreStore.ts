/** The tree of centres, read once and again after each change. */
import { shallowRef } from 'vue'
import { api } from '../shared/api'
import type { Centre } from './types'

export const centres = shallowRef<Centre[]>([])
export const centreName = (id: number): string => centres.value.find((centre) => centre.id === id)?.name ?? String(id)

export async function loadCentres(): Promise<void> {
  centres.value = await api<Centre[]>('GET', '/centres')
}
