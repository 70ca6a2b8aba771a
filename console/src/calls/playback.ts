/** Where in which recording a word is; no I/O here. */
import type { Recording, Utterance } from '../shared/types'

/** Heard from a little before its first sound, ms. */
const LEAD_MS = 300
/** A word that is clicked: a Chinese character, a number, a Latin word; punctuation goes with what precedes it. */
const WORD = /(?:[A-Za-z0-9.%]+|[^])[\p{P}\s]*/gu
const MARKS = /^[\p{P}\s]+|[\p{P}\s]+$/gu
/** Characters that may stand in the text for words that are not in it as they were heard. */
const REWRITTEN = 12

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

/** The words of a line with the moment each was said, ms: as the engine heard them; what it has no time for, such as
 * figures written for words, is taken to be said evenly between what is known. */
export function words(
  line: Pick<Utterance, 'text' | 'start_ms' | 'end_ms' | 'words'>,
): { text: string; start_ms: number }[] {
  const known = knownTimes(line)
  return [...line.text.matchAll(WORD)].map((found) => ({ text: found[0], start_ms: timeAt(known, found.index) }))
}

/** A place in the text, and when what stands there was said, ms. */
type KnownTime = [place: number, ms: number]

/** Known times in the order of the text, the first for its beginning and the last for its end. */
function knownTimes(line: Pick<Utterance, 'text' | 'start_ms' | 'end_ms' | 'words'>): KnownTime[] {
  const known: KnownTime[] = [[0, line.start_ms]]
  let behind = 0
  for (const word of line.words ?? []) {
    const bare = word.text.replace(MARKS, '')
    const place = bare ? line.text.indexOf(bare, behind) : -1
    // A word that was written otherwise: the same one further on is another.
    if (place < 0 || place > behind + REWRITTEN) continue
    if (place === 0) known.pop()
    known.push([place, word.start_ms])
    behind = place + bare.length
  }
  return [...known, [line.text.length, line.end_ms]]
}

function timeAt(known: KnownTime[], place: number): number {
  const next = known.findIndex(([at]) => at > place)
  const [[from, fromMs], [to, toMs]] = [known[next - 1] as KnownTime, known[next] as KnownTime]
  return Math.round(fromMs + ((toMs - fromMs) * (place - from)) / (to - from))
}
