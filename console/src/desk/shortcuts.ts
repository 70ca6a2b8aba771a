/** The keys of the whole console and of the desk. Alt+letter works while typing in a field too. */
import { onMounted, onUnmounted, ref } from 'vue'
import { hangUp, phone, toggleHold, toggleMute } from '../phone/phone'
import { desk } from './deskStore'
import { isTyping } from '../shared/keys'
import type { Word } from '../shared/words'
import { refuseOffer, takeOffer } from './offer'

function focusSearch(): void {
  document.querySelector<HTMLInputElement>('[data-testid=case-search]')?.focus()
}

/** There is one only where a call is on screen that can be sent on. */
const transferButton = () => document.querySelector<HTMLElement>('[data-testid=call-transfer]')

/** Whether the list of keys is on screen. */
export const helpShown = ref(false)

interface Key {
  /** As it is written on the keys. */
  keys: string
  what: Word
  pressed: (event: KeyboardEvent) => boolean
  /** Whether it does anything now. */
  works: () => boolean
  act: () => void
}

/** By `code`: Alt changes letters on some keyboards. */
const alt = (code: string) => (event: KeyboardEvent) => event.altKey && !event.ctrlKey && event.code === code
const always = () => true
const offered = () => Boolean(desk.value?.offer)
/** A desk phone is answered by hand alone. */
const offeredHere = () => offered() && desk.value?.agent?.phone === 'web'
const talking = () => phone.value.call === 'talking'

export const EVERYWHERE: readonly Key[] = [
  {
    keys: '?',
    what: 'keysTitle',
    pressed: (event) => (event.key === '?' || event.key === '？') && !isTyping(event),
    works: always,
    act: () => (helpShown.value = true),
  },
  { keys: '/', what: 'keySearch', pressed: (e) => e.key === '/' && !isTyping(e), works: always, act: focusSearch },
  {
    keys: 'Ctrl+K',
    what: 'keySearch',
    pressed: (e) => e.ctrlKey && e.code === 'KeyK',
    works: always,
    act: focusSearch,
  },
]
/** They work on every page, as a call may come on any. */
export const OF_THE_PHONE: readonly Key[] = [
  { keys: 'Alt+A', what: 'answer', pressed: alt('KeyA'), works: offeredHere, act: takeOffer },
  { keys: 'Alt+R', what: 'refuse', pressed: alt('KeyR'), works: offered, act: refuseOffer },
  { keys: 'Alt+H', what: 'hangup', pressed: alt('KeyH'), works: talking, act: hangUp },
  { keys: 'Alt+M', what: 'mute', pressed: alt('KeyM'), works: talking, act: toggleMute },
  { keys: 'Alt+K', what: 'hold', pressed: alt('KeyK'), works: talking, act: toggleHold },
  {
    keys: 'Alt+T',
    what: 'transfer',
    pressed: alt('KeyT'),
    works: () => Boolean(transferButton()),
    act: () => transferButton()?.click(),
  },
]

export function useShortcuts(): void {
  const pressed = (event: KeyboardEvent): void => {
    if (event.repeat) return
    const key = [...EVERYWHERE, ...OF_THE_PHONE].find((each) => each.pressed(event) && each.works())
    if (!key) return
    event.preventDefault()
    key.act()
  }
  onMounted(() => window.addEventListener('keydown', pressed))
  onUnmounted(() => window.removeEventListener('keydown', pressed))
}
