/** Keys that a page listens to wherever the focus is. */
import { onMounted, onUnmounted } from 'vue'

/** Whether a dialog lies over the page: what is pressed then is meant for it. */
export function dialogOpen(): boolean {
  const dialogs = document.querySelectorAll('[role=dialog][aria-modal=true]')
  return [...dialogs].some((dialog) => dialog.getClientRects().length > 0)
}

/** Whether what is pressed is written into a field. */
export function isTyping({ target }: KeyboardEvent): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))
}

/** Hear the keys of the page while this component is on screen: none that a dialog, or a field, took for itself. */
export function usePageKeys(pressed: (event: KeyboardEvent) => void): void {
  const hear = (event: KeyboardEvent): void => {
    if (!event.defaultPrevented && !dialogOpen()) pressed(event)
  }
  onMounted(() => window.addEventListener('keydown', hear))
  onUnmounted(() => window.removeEventListener('keydown', hear))
}
