/** Makes an offered call noticed: ring tone, flashing title, desktop notification. */
import { watch, type Ref } from 'vue'
import type { Pop } from '../shared/types'
import { oncePainted } from '../shared/painted'
import { read } from '../shared/stored'
import { titled } from '../shared/title'
import { t } from '../shared/words'

const RING_EVERY_MS = 3000
const FLASH_EVERY_MS = 900

/** Ask once, on a click, for the right to notify. */
export function askToNotify(): void {
  if (!('Notification' in window) || Notification.permission !== 'default' || read('notifyAsked', false)) return
  localStorage.setItem('notifyAsked', 'true')
  void Notification.requestPermission()
}

function ringTone(): () => void {
  const context = new AudioContext()
  const ring = (): void => {
    for (const [index, pitch] of [880, 660, 880, 660].entries()) {
      const tone = new OscillatorNode(context, { frequency: pitch })
      const volume = new GainNode(context, { gain: 0.12 })
      tone.connect(volume).connect(context.destination)
      tone.start(context.currentTime + index * 0.2)
      tone.stop(context.currentTime + index * 0.2 + 0.17)
    }
  }
  ring()
  const timer = setInterval(ring, RING_EVERY_MS)
  return () => {
    clearInterval(timer)
    void context.close()
  }
}

function flashTitle(text: string): () => void {
  let on = false
  const flash = (): void => {
    on = !on
    document.title = on ? `☎ ${text}` : titled()
  }
  flash()
  const timer = setInterval(flash, FLASH_EVERY_MS)
  return () => {
    clearInterval(timer)
    document.title = titled()
  }
}

function notify(text: string): () => void {
  if (!document.hidden || !('Notification' in window) || Notification.permission !== 'granted') return () => undefined
  const shown = new Notification(t('notifyTitle'), { body: text, tag: 'offer', requireInteraction: true })
  shown.onclick = () => window.focus()
  return () => shown.close()
}

/** Alert for as long as there is an offer; `audible` says whether this page is to ring. */
export function useAlerting(offer: Ref<Pop | null>, audible: Ref<boolean>): void {
  watch(
    () => offer.value?.call.id,
    (id, _, onCleanup) => {
      const call = offer.value?.call
      if (!id || !call) return
      const text = `${call.caller_number || t('unknownNumber')} ${call.region}`
      const stops: (() => void)[] = []
      // The browser takes its time to make a sound, and the agent looks at the screen meanwhile.
      const cancel = oncePainted(
        () => void stops.push(flashTitle(text), notify(text), audible.value ? ringTone() : () => undefined),
      )
      onCleanup(() => [cancel, ...stops].forEach((stop) => stop()))
    },
    { immediate: true },
  )
}
