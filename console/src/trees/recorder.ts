/** The microphone, recorded in the page. */
import { onScopeDispose, ref, shallowRef } from 'vue'
import { useMicrophoneLevel } from '../phone/microphone'

export function useRecorder(longestMs: number) {
  const track = shallowRef<MediaStreamTrack | null>(null)
  const recording = ref(false)
  const startedAt = ref(0)
  const { level } = useMicrophoneLevel(track, ref(false))
  let recorder: MediaRecorder | null = null
  let limit: ReturnType<typeof setTimeout> | undefined

  function release(): void {
    clearTimeout(limit)
    track.value?.stop()
    track.value = null
    recording.value = false
  }
  /** Record until `stop`; gives what was said, in the browser's own format. Rejects where the microphone is refused. */
  async function record(): Promise<Blob> {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
    track.value = stream.getAudioTracks()[0] ?? null
    const mine = (recorder = new MediaRecorder(stream))
    const parts: Blob[] = []
    mine.ondataavailable = ({ data }) => parts.push(data)
    const whole = new Promise<Blob>((resolve) => {
      mine.onstop = () => {
        release()
        resolve(new Blob(parts, { type: mine.mimeType }))
      }
    })
    startedAt.value = Date.now()
    recording.value = true
    limit = setTimeout(stop, longestMs)
    mine.start()
    return whole
  }
  function stop(): void {
    if (recorder?.state === 'recording') recorder.stop()
  }
  onScopeDispose(() => {
    stop()
    release()
  })
  return { recording, startedAt, level, record, stop }
}
