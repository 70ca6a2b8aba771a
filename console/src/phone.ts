/** The telephone in the page: SIP over WebSocket, sound by WebRTC. */
import JsSIP from 'jssip'
import { reactive } from 'vue'
import type { Me } from './api'

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Session = any
export const phone = reactive({ registered: false, ringing: false, talking: false, held: false, muted: false })
let ua: InstanceType<typeof JsSIP.UA> | null = null
let session: Session = null
let wanted = false

export function startPhone(me: Me): void {
  const socket = new JsSIP.WebSocketInterface(me.phone.ws_url)
  ua = new JsSIP.UA({ sockets: [socket], uri: me.phone.sip_uri, password: me.phone.secret, session_timers: false, register_expires: 60 })
  ua.on('registered', () => (phone.registered = true))
  ua.on('unregistered', () => (phone.registered = false))
  ua.on('registrationFailed', () => (phone.registered = false))
  ua.on('disconnected', () => (phone.registered = false))
  ua.on('newRTCSession', ({ session: incoming, originator }: { session: Session; originator: string }) => {
    if (originator !== 'remote') return
    if (session) return void incoming.terminate({ status_code: 486 })
    session = incoming
    phone.ringing = true
    session.on('accepted', () => Object.assign(phone, { ringing: false, talking: true }))
    for (const end of ['ended', 'failed']) session.on(end, forget)
    if (wanted) answer()
  })
  ua.start()
}
function forget(): void {
  session = null
  wanted = false
  Object.assign(phone, { ringing: false, talking: false, held: false, muted: false })
}
/** Answer now, or as soon as the call arrives: the pop may be faster than the telephone. */
export function answer(): void {
  if (!session) return void (wanted = true)
  wanted = false
  session.answer({ mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers: [] } })
  session.connection.addEventListener('track', (event: RTCTrackEvent) => {
    const audio = document.getElementById('remote-audio') as HTMLAudioElement
    audio.srcObject = event.streams[0]
    void audio.play()
  })
}
export function hangUp(): void { session?.terminate(phone.ringing ? { status_code: 486 } : undefined) }
export function toggleHold(): void {
  if (phone.held) session?.unhold(); else session?.hold()
  phone.held = !phone.held
}
export function toggleMute(): void {
  if (phone.muted) session?.unmute({ audio: true }); else session?.mute({ audio: true })
  phone.muted = !phone.muted
}
export function stopPhone(): void { ua?.stop() }
/** RTP packets so far, for tests. */
export async function rtpStats(): Promise<{ inbound: number; outbound: number }> {
  const counts = { inbound: 0, outbound: 0 }
  const report: RTCStatsReport = await session.connection.getStats()
  report.forEach((row) => {
    if (row.type === 'inbound-rtp') counts.inbound += row.packetsReceived
    if (row.type === 'outbound-rtp') counts.outbound += row.packetsSent
  })
  return counts
}
