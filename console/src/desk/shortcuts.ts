/** The desk's keys. Alt+letter works while typing in a field too. */
import { onMounted, onUnmounted } from 'vue'
import { answer, hangUp, phone, toggleHold, toggleMute } from '../phone/phone'

function focusSearch(): void {
  document.querySelector<HTMLInputElement>('[data-testid=case-search]')?.focus()
}

function isTyping(event: KeyboardEvent): boolean {
  return event.target instanceof HTMLElement && event.target.matches('input, textarea, select')
}

/** What a key does now; undefined where it does nothing. By `code`: Alt changes letters on some keyboards. */
function action(event: KeyboardEvent): (() => void) | undefined {
  if (event.ctrlKey && event.code === 'KeyK') return focusSearch
  if (event.key === '/' && !isTyping(event)) return focusSearch
  if (!event.altKey || event.ctrlKey) return undefined
  const ringing = phone.value.call === 'ringing'
  const talking = phone.value.call === 'talking'
  if (event.code === 'KeyA' && ringing) return answer
  if (event.code === 'KeyR' && ringing) return hangUp
  if (event.code === 'KeyH' && talking) return hangUp
  if (event.code === 'KeyM' && talking) return toggleMute
  if (event.code === 'KeyK' && talking) return toggleHold
  return undefined
}

export function useShortcuts(): void {
  const pressed = (event: KeyboardEvent): void => {
    const act = event.repeat ? undefined : action(event)
    if (!act) return
    event.preventDefault()
    act()
  }
  onMounted(() => window.addEventListener('keydown', pressed))
  onUnmounted(() => window.removeEventListener('keydown', pressed))
}
