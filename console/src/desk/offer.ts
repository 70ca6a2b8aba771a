/** Take or refuse the offered call, also where its ring did not reach this page. */
import { answer, hangUp, phone } from '../phone/phone'
import { doing } from '../shared/told'
import { desk, setState } from './deskStore'
import { takeBack } from './sound'

/** The ring follows the pop within this time; a page reloaded meanwhile never gets it, ms. */
const RING_MS = 1500

export function takeOffer(): void {
  const callId = desk.value?.offer?.call.id
  if (callId === undefined || phone.value.call === 'answering') return
  const rings = phone.value.call === 'ringing'
  answer()
  if (rings) return
  setTimeout(() => {
    if (desk.value?.offer?.call.id === callId && phone.value.call === 'answering') void takeBack(callId)
  }, RING_MS)
}

/** Without a ring here (a desk phone, a page reloaded) the agent is set to busy, and the line ends the ring. */
export function refuseOffer(): void {
  if (phone.value.call === 'none') void doing(() => setState('busy', 'refused'))
  else hangUp()
}
