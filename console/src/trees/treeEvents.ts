/** The latest event about a tree or a prompt; apart from the editor, so that a desk without it stays small. */
import { shallowRef } from 'vue'
import type { LiveEvent } from '../desk/desk'

export const latest = shallowRef<LiveEvent | null>(null)

export function treesEvent(event: LiveEvent): void {
  if (/^(tree|prompt)\./.test(event.kind)) latest.value = event
}
