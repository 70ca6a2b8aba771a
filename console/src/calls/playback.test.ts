import { expect, it } from 'vitest'
import { seekTo, words } from './playback'

const recordings = [
  { speaker: 'caller' as const, start_ms: 0, duration_ms: 60_000, state: 'kept' as const },
  { speaker: 'agent' as const, start_ms: 20_000, duration_ms: 40_000, state: 'open' as const },
  { speaker: 'message' as const, start_ms: 9_000, duration_ms: 5_000, state: 'deleted' as const },
]

it('finds the place in the speaker’s own recording, which may begin later than the call', () => {
  expect(seekTo({ speaker: 'agent', start_ms: 25_300 }, recordings)).toEqual({ index: 1, seconds: 5 })
})
it('does not go before the recording’s start, nor to a recording that is not there or was deleted', () => {
  expect(seekTo({ speaker: 'caller', start_ms: 100 }, recordings)?.seconds).toBe(0)
  expect(seekTo({ speaker: 'agent', start_ms: 100 }, recordings.slice(0, 1))).toBeNull()
  expect(seekTo({ speaker: 'message', start_ms: 9_500 }, recordings)).toBeNull()
})
it('tells characters, numbers and Latin words apart, and when each was said', () => {
  const said = words({ text: '我，要退 3.5 元 OK。', start_ms: 1000, end_ms: 2400 })
  expect(said.map((each) => each.text)).toEqual(['我，', '要', '退 ', '3.5 ', '元 ', 'OK。'])
  expect(said[0]?.start_ms).toBe(1000)
  expect(said[1]?.start_ms).toBe(1200)
})
it('loses no character of a line', () => {
  const text = '“您好”！12365热线👍…'
  expect(
    words({ text, start_ms: 0, end_ms: 900 })
      .map((each) => each.text)
      .join(''),
  ).toBe(text)
  expect(words({ text: '', start_ms: 0, end_ms: 900 })).toEqual([])
})
it('takes the engine’s own times, and spreads what was written otherwise evenly between them', () => {
  const heard = [
    { text: '我，', start_ms: 1100, end_ms: 1300 },
    { text: '要', start_ms: 1900, end_ms: 2000 },
    { text: '一', start_ms: 2000, end_ms: 2400 },
    { text: '千', start_ms: 2400, end_ms: 2800 },
    { text: '元', start_ms: 2800, end_ms: 3000 },
  ]
  const said = words({ text: '我，要退1000元。', start_ms: 1000, end_ms: 3100, words: heard })
  expect(said.map((each) => [each.text, each.start_ms])).toEqual([
    ['我，', 1100],
    ['要', 1900],
    ['退', 2050],
    ['1000', 2200],
    ['元。', 2800],
  ])
})
it('does not take the same word further on for one that was written otherwise', () => {
  const text = '两百' + '买了以后一直不能用要求退钱'.repeat(2) + '二'
  const said = words({ text, start_ms: 0, end_ms: 2900, words: [{ text: '二', start_ms: 5, end_ms: 9 }] })
  expect(said.at(-1)).toEqual({ text: '二', start_ms: 2800 })
})
