import { expect, it } from 'vitest'
import { seekTo } from './playback'

const recordings = [
  { speaker: 'caller' as const, start_ms: 0, duration_ms: 60_000 },
  { speaker: 'agent' as const, start_ms: 20_000, duration_ms: 40_000 },
]

it('finds the place in the speaker’s own recording, which may begin later than the call', () => {
  expect(seekTo({ speaker: 'agent', start_ms: 25_300 }, recordings)).toEqual({ index: 1, seconds: 5 })
})
it('does not go before the recording’s start, nor to a recording that is not there', () => {
  expect(seekTo({ speaker: 'caller', start_ms: 100 }, recordings)?.seconds).toBe(0)
  expect(seekTo({ speaker: 'agent', start_ms: 100 }, recordings.slice(0, 1))).toBeNull()
})
