/** What is drawn over the canvas: a simulated call's path, and what callers did. */
import { ref, shallowRef } from 'vue'

/** Nodes in the order in which a simulated caller came to them. */
export const lit = ref<string[]>([])

export interface Heat {
  /** 0 to 1. */
  share: number
  /** What the share is of, in figures. */
  text: string
}
/** By node; null: no heat map. */
export const heat = shallowRef<Record<string, Heat> | null>(null)

/** How often callers went from one node straight to another, by `from>to`. */
export const flows = shallowRef<Record<string, number>>({})

/** From pale to deep, one hue: the eye reads more as darker. */
export const heatColour = (share: number): string => `hsl(22 92% ${Math.round(96 - 34 * share)}%)`

/** Whether a simulated caller went straight from one node to the other. */
export const wentFrom = (path: string[], from: string, to: string): boolean =>
  path.some((name, index) => name === from && path[index + 1] === to)
