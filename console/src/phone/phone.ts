/** The telephone in the page: SIP over WebSocket, sound by WebRTC. */
import JsSIP from 'jssip'
import type { EndEvent, RTCSession } from 'jssip/lib/RTCSession'
import type { RTCSessionEvent, UA } from 'jssip/lib/UA'
import { shallowRef } from 'vue'
import type { Me } from '../shared/types'
import { initial, next, type PhoneEvent } from './phoneState'

export const phone = shallowRef(initial)
/** The microphone of the call under way. */
export const microphone = shallowRef<MediaStreamTrack | null>(null)

const BUSY_HERE = 486
const MICROPHONE_REFUSED = 'User Denied Media Access'
/** How a call ends when somebody wanted it to. */
const CLEAN_ENDS = new Set(['Terminated', 'Canceled', 'Rejected', 'Busy', 'No Answer', 'Expires'])

let ua: UA | null = null
let session: RTCSession | null = null
/** Answer was pressed before the call arrived: the pop may be faster than the telephone. */
let wanted = false

function happened(event: PhoneEvent): void {
  phone.value = next(phone.value, event)
}

export function startPhone(me: Me): void {
  stopPhone()
  const started = new JsSIP.UA({
    sockets: [new JsSIP.WebSocketInterface(me.phone.ws_url)],
    uri: me.phone.sip_uri,
    password: me.phone.secret,
    session_timers: false,
    register_expires: 60,
    connection_recovery_min_interval: 1,
    connection_recovery_max_interval: 4,
  })
  started.on('registered', () => happened({ kind: 'registered' }))
  started.on('unregistered', () => happened({ kind: 'unregistered', why: 'lost' }))
  started.on('registrationFailed', () => {
    happened({ kind: 'unregistered', why: started.isConnected() ? 'refused' : 'lost' })
    setTimeout(() => started.isConnected() && !started.isRegistered() && ua === started && started.register(), 3000)
  })
  started.on('disconnected', () => happened({ kind: 'unregistered', why: 'lost' }))
  started.on('newRTCSession', (arrived: RTCSessionEvent) => {
    if (arrived.originator === 'remote') incoming(arrived.session)
  })
  started.start()
  ua = started
}

export function stopPhone(): void {
  ua?.stop()
  ua = null
  phone.value = initial
}

function incoming(arrived: RTCSession): void {
  if (session) return void arrived.terminate({ status_code: BUSY_HERE })
  session = arrived
  happened({ kind: 'ringing' })
  arrived.on('peerconnection', ({ peerconnection }: { peerconnection: RTCPeerConnection }) => {
    peerconnection.addEventListener('track', (event) => play(event.streams[0] ?? null))
    peerconnection.addEventListener('connectionstatechange', () => {
      if (peerconnection.connectionState === 'failed') over(arrived, false)
    })
  })
  arrived.on('accepted', () => {
    microphone.value = arrived.connection.getSenders().find((sender) => sender.track?.kind === 'audio')?.track ?? null
    happened({ kind: 'talking' })
  })
  for (const end of ['ended', 'failed'] as const) arrived.on(end, ({ cause }: EndEvent) => ended(arrived, cause))
  if (wanted) answer()
}

function play(stream: MediaStream | null): void {
  const audio = document.getElementById('remote-audio') as HTMLAudioElement
  audio.srcObject = stream
  if (stream) void audio.play()
}

function ended(one: RTCSession, cause: string): void {
  if (cause === MICROPHONE_REFUSED) happened({ kind: 'microphone_blocked' })
  over(one, CLEAN_ENDS.has(cause))
}

function over(one: RTCSession, cleanly: boolean): void {
  if (session !== one) return
  session = null
  wanted = false
  microphone.value = null
  play(null)
  happened({ kind: 'over', cleanly })
}

/** Answer now, or as soon as the call arrives. */
export function answer(): void {
  happened({ kind: 'answering' })
  if (!session) return void (wanted = true)
  wanted = false
  session.answer({ mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers: [] } })
}

/** An answer pressed for an offer that is gone must not take the next one. */
export function forgetWish(): void {
  wanted = false
  if (!session && phone.value.call === 'answering') happened({ kind: 'over', cleanly: true })
}

/** Hang up, or refuse while it rings. */
export function hangUp(): void {
  wanted = false
  session?.terminate(session.isEstablished() ? undefined : { status_code: BUSY_HERE })
}

export function toggleHold(): void {
  const on = !phone.value.held
  if (on ? session?.hold() : session?.unhold()) happened({ kind: 'held', on })
}

export function toggleMute(): void {
  const on = !phone.value.muted
  if (on) session?.mute({ audio: true })
  else session?.unmute({ audio: true })
  happened({ kind: 'muted', on })
}

/** RTP packets of the call so far. Throws where there is no call. */
export async function rtpStats(): Promise<{ inbound: number; outbound: number }> {
  if (!session) throw new Error('no call')
  const counts = { inbound: 0, outbound: 0 }
  const report = await session.connection.getStats()
  report.forEach((row: { type: string; packetsReceived?: number; packetsSent?: number }) => {
    if (row.type === 'inbound-rtp') counts.inbound += row.packetsReceived ?? 0
    if (row.type === 'outbound-rtp') counts.outbound += row.packetsSent ?? 0
  })
  return counts
}
