/** How loud the agent's microphone is, and whether it has been silent for too long. */
import { onScopeDispose, ref, watch, type Ref } from 'vue'

const SAMPLE_MS = 200
/** Below this share of full scale even a quiet room is not heard. */
const SILENT_LEVEL = 0.0015
const SILENT_AFTER_MS = 8000

export function useMicrophoneLevel(track: Ref<MediaStreamTrack | null>, resting: Ref<boolean>) {
  const level = ref(0)
  const silent = ref(false)
  let stop = (): void => undefined

  function measure(of: MediaStreamTrack): () => void {
    const context = new AudioContext()
    const analyser = context.createAnalyser()
    context.createMediaStreamSource(new MediaStream([of])).connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    let heardAt = Date.now()
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples)
      level.value = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
      if (level.value > SILENT_LEVEL || resting.value) heardAt = Date.now()
      silent.value = Date.now() - heardAt > SILENT_AFTER_MS
    }, SAMPLE_MS)
    return () => {
      clearInterval(timer)
      void context.close()
      level.value = 0
      silent.value = false
    }
  }

  watch(
    track,
    (now) => {
      stop()
      stop = now ? measure(now) : () => undefined
    },
    { immediate: true },
  )
  onScopeDispose(() => stop())
  return { level, silent }
}
