/** Whether agent and caller hear each other, and what can be done where they do not. */
import { computed, ref, watch } from 'vue'
import { answer, forgetWish, hangUp, phone } from '../phone/phone'
import { api } from '../shared/api'
import { doing } from '../shared/told'
import { desk, transferCall } from './deskStore'

/** The caller's new call to this page must come within this time, ms. */
const TAKE_BACK_MS = 15_000

/** The call that this page's telephone talked in, and whose end it saw. */
const endedHere = ref<number | null>(null)
export const takingBack = ref(false)

watch(
  () => phone.value.call,
  (now, before) => {
    if (now === 'talking') takingBack.value = false
    if (before === 'talking' && now === 'none' && !phone.value.soundLost)
      endedHere.value = desk.value?.active?.call.id ?? null
    if (now === 'talking') endedHere.value = null
  },
)

/** `connecting`: answered, no sound yet. `elsewhere`: on the desk phone. `lost`: the page was reloaded, or the network broke the sound. */
export const sound = computed<'here' | 'connecting' | 'elsewhere' | 'lost' | 'ending'>(() => {
  const active = desk.value?.active
  if (!active || phone.value.call === 'talking') return 'here'
  if (phone.value.call === 'answering' && !takingBack.value) return 'connecting'
  if (desk.value?.agent?.phone === 'desk') return 'elsewhere'
  return endedHere.value === active.call.id ? 'ending' : 'lost'
})

/** Have the caller connected to this page again: a transfer to one's own extension, answered at once. */
export async function takeBack(callId: number): Promise<void> {
  const extension = desk.value?.agent?.extension
  if (!extension) return
  takingBack.value = true
  answer()
  const asked = await doing(() => transferCall(callId, extension))
  setTimeout(
    () => {
      if (!takingBack.value) return
      takingBack.value = false
      forgetWish()
    },
    asked ? TAKE_BACK_MS : 0,
  )
}

/** Hang up on the page's telephone where it talks; else ask the server to end the call. */
export async function endCall(callId: number): Promise<void> {
  if (phone.value.call === 'talking') hangUp()
  else await doing(() => api('POST', `/calls/${callId}/hangup`))
}
