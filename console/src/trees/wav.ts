/** Recorded sound as a telephone would bring it: WAV, one channel, 16 bit, 8000 Hz. */
import { t } from '../shared/words'

export const RATE = 8000
/** Longest answer that the API hears, s. */
export const LONGEST_S = 30
const HEADER_BYTES = 44

/** What was recorded in the browser's own format; cut at `LONGEST_S`. Throws where there is no sound in it. */
export async function toWav(recorded: Blob): Promise<Blob> {
  const context = new OfflineAudioContext(1, 1, RATE)
  let sound: AudioBuffer
  try {
    sound = await context.decodeAudioData(await recorded.arrayBuffer())
  } catch {
    throw new Error(t('nothingRecorded'))
  }
  const channels = Array.from({ length: sound.numberOfChannels }, (_, number) => sound.getChannelData(number))
  const mixed = new Float32Array(Math.min(sound.length, LONGEST_S * RATE))
  for (const channel of channels) mixed.forEach((_, at) => (mixed[at]! += channel[at]! / channels.length))
  return new Blob([wav(mixed)], { type: 'audio/wav' })
}

/** Samples from -1 to 1, one channel at `RATE`, as a WAV file. */
export function wav(samples: Float32Array): ArrayBuffer {
  const data = samples.length * 2
  const file = new ArrayBuffer(HEADER_BYTES + data)
  const view = new DataView(file)
  const letters = (at: number, text: string): void =>
    [...text].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)))
  letters(0, 'RIFF')
  view.setUint32(4, HEADER_BYTES - 8 + data, true)
  letters(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, RATE, true)
  view.setUint32(28, RATE * 2, true)
  view.setUint16(32, 2, true)
  view.setUint16(34, 16, true)
  letters(36, 'data')
  view.setUint32(40, data, true)
  samples.forEach((sample, index) => {
    const within = Math.max(-1, Math.min(1, sample))
    view.setInt16(HEADER_BYTES + index * 2, Math.round(within * 32767), true)
  })
  return file
}
