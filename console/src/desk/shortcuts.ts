/** The desk's keys. Alt+letter works while typing in a field too. */
import { onMounted, onUnmounted } from 'vue'
import { hangUp, phone, toggleHold, toggleMute } from '../phone/phone'
import { desk } from './deskStore'
import { refuseOffer, takeOffer } from './offer'

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
  const offered = Boolean(desk.value?.offer) && desk.value?.agent?.phone === 'web'
  const talking = phone.value.call === 'talking'
  if (event.code === 'KeyA' && offered) return takeOffer
  if (event.code === 'KeyR' && offered) return refuseOffer
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
