/** When each pop was painted, for tests and measurements: `window.__hotline.popShownAt[callId]`, epoch ms. */
import { watch } from 'vue'
import { rtpStats } from '../phone/phone'
import { desk } from './deskStore'

const popShownAt: Record<number, number> = {}
Object.assign(window, { __hotline: { popShownAt, rtpStats } })

watch(
  () => desk.value?.offer?.call.id,
  (id) => {
    if (id) requestAnimationFrame(() => setTimeout(() => (popShownAt[id] ??= Date.now())))
  },
)
