/** Where in which recording a word is; no I/O here. */
import type { Recording, Utterance } from '../shared/types'

/** Heard from a little before its first sound, ms. */
const LEAD_MS = 300
/** A word that is clicked: a Chinese character, a number, a Latin word; punctuation goes with what precedes it. */
const WORD = /(?:[A-Za-z0-9.%]+|[^])[\p{P}\s]*/gu

/** Index of the speaker's recording and the place in it, s; null where there is none. */
export function seekTo(
  said: Pick<Utterance, 'speaker' | 'start_ms'>,
  recordings: Recording[],
): { index: number; seconds: number } | null {
  const index = recordings.findIndex((each) => each.speaker === said.speaker && each.state !== 'deleted')
  if (index < 0) return null
  const within = said.start_ms - (recordings[index] as Recording).start_ms - LEAD_MS
  return { index, seconds: Math.max(0, within) / 1000 }
}

/** The words of a line with the moment each was said, ms: even over the line, for few engines tell more. */
export function words(line: Pick<Utterance, 'text' | 'start_ms' | 'end_ms'>): { text: string; start_ms: number }[] {
  const length = line.text.length || 1
  return [...line.text.matchAll(WORD)].map((found) => ({
    text: found[0],
    start_ms: Math.round(line.start_ms + ((line.end_ms - line.start_ms) * found.index) / length),
  }))
}
