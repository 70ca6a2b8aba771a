/** Events from the server over a WebSocket, resumed after the last one seen. */
import { ref } from 'vue'
import type { LiveEvent } from '../desk/desk'

export const connected = ref(true)
/** The server pings each 2 s: silence for this long means a dead line, ms. */
const SILENCE_MS = 5000
const RETRY_MS = 500
/** The server closes with this code where there is no log-in. */
const NOT_LOGGED_IN = 4401

interface Listener {
  after: () => number
  onEvent: (event: LiveEvent) => void
  /** Runs once after each reconnect. */
  onReturn: () => Promise<void>
  onLoggedOut: () => void
}

/** Listen until the returned function is called. */
export function listen(to: Listener): () => void {
  let socket: WebSocket
  let stopped = false
  let last = Date.now()

  function open(): void {
    last = Date.now()
    socket = new WebSocket(`${location.origin.replace('http', 'ws')}/api/v1/live/events?after=${to.after()}`)
    const mine = socket
    mine.onopen = () => {
      const returning = !connected.value
      connected.value = true
      if (returning) void to.onReturn()
    }
    mine.onmessage = ({ data }) => {
      last = Date.now()
      const event = JSON.parse(data as string) as LiveEvent
      if (event.kind !== 'ping') to.onEvent(event)
    }
    mine.onclose = ({ code }) => {
      if (stopped || mine !== socket) return
      connected.value = false
      if (code === NOT_LOGGED_IN) to.onLoggedOut()
      else setTimeout(reopen, RETRY_MS)
    }
  }
  function reopen(): void {
    if (!stopped) open()
  }
  /** A socket on a dead line may take minutes to close: leave it and open another. */
  function giveUp(): void {
    connected.value = false
    socket.onclose = null
    socket.close()
    reopen()
  }

  open()
  const watch = setInterval(() => {
    if (Date.now() - last > SILENCE_MS) giveUp()
  }, 1000)
  return () => {
    stopped = true
    clearInterval(watch)
    socket.close()
  }
}
