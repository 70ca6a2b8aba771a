/** Small values kept in this browser; one that cannot be read counts as absent. */
import { ref, watch, type Ref } from 'vue'

export function read<T>(name: string, absent: T): T {
  const text = localStorage.getItem(name)
  if (text === null) return absent
  try {
    return JSON.parse(text) as T
  } catch {
    return absent
  }
}

/** A ref that survives a closed form and a reload, until it is forgotten. */
export function stored<T>(name: string, absent: T): Ref<T> {
  const value = ref(read(name, absent)) as Ref<T>
  watch(value, (now) => localStorage.setItem(name, JSON.stringify(now)), { deep: true, flush: 'sync' })
  return value
}

export const forget = (name: string): void => localStorage.removeItem(name)
