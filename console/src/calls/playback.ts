/** Where in which recording an utterance is; no I/O here. */
import type { Recording, Utterance } from '../shared/types'

/** Heard from a little before its first sound, ms. */
const LEAD_MS = 300

/** Index of the speaker's recording and the place in it, s; null where there is none. */
export function seekTo(
  utterance: Pick<Utterance, 'speaker' | 'start_ms'>,
  recordings: Recording[],
): { index: number; seconds: number } | null {
  const index = recordings.findIndex((recording) => recording.speaker === utterance.speaker)
  if (index < 0) return null
  const within = utterance.start_ms - (recordings[index] as Recording).start_ms - LEAD_MS
  return { index, seconds: Math.max(0, within) / 1000 }
}
