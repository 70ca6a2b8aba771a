/** `g` and then a letter: to another page. */
import { onMounted, onUnmounted } from 'vue'
import { links, pageOf, type PageName } from '../pages'
import { dialogOpen, isTyping } from '../shared/keys'

/** The letter is waited for so long, ms. */
const PATIENCE_MS = 1500

export const reachable = (roles: string[]): PageName[] => [...links('bar', roles), ...links('manage', roles)]

/** The page that a letter leads to; undefined where there is none for these roles. */
export const pageAt = (letter: string, roles: string[]): PageName | undefined =>
  reachable(roles).find((name) => pageOf(name)?.key === letter)

/** Hear both keys before the page does: the second one means nothing else then. */
export function useGoKeys(roles: () => string[], go: (name: PageName) => void): void {
  let begun = -Infinity
  const pressed = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event) || dialogOpen()) return
    const letter = event.code.replace('Key', '').toLowerCase()
    const waited = event.timeStamp - begun < PATIENCE_MS
    begun = letter === 'g' ? event.timeStamp : -Infinity
    const name = waited ? pageAt(letter, roles()) : undefined
    if (!name) return
    event.preventDefault()
    event.stopPropagation()
    go(name)
  }
  onMounted(() => window.addEventListener('keydown', pressed, true))
  onUnmounted(() => window.removeEventListener('keydown', pressed, true))
}
