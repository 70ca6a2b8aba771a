import { ref } from 'vue'
import type { LiveEvent } from './desk'

export const connected = ref(true)
const SILENCE_MS = 6000

/** Events from the server, resumed where they stopped; `onReturn` runs after each reconnect. */
export function listen(after: () => number, onEvent: (e: LiveEvent) => void, onReturn: () => Promise<void>): () => void {
  let socket: WebSocket
  let stopped = false
  let last = Date.now()
  const open = (): void => {
    socket = new WebSocket(`${location.origin.replace('http', 'ws')}/api/v1/live/events?after=${after()}`)
    socket.onopen = () => { last = Date.now(); if (!connected.value) void onReturn(); connected.value = true }
    socket.onmessage = ({ data }) => { last = Date.now(); const e = JSON.parse(data); if (e.kind !== 'ping') onEvent(e) }
    socket.onclose = () => { if (!stopped) { connected.value = false; setTimeout(open, 700) } }
  }
  open()
  const watch = setInterval(() => { if (Date.now() - last > SILENCE_MS) socket.close() }, 1000)
  return () => { stopped = true; clearInterval(watch); socket.close() }
}
