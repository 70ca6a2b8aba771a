import { expect, it, vi } from 'vitest'
import { onceQuiet } from './burst'

it('does once what a burst asks for, when the burst is over', () => {
  vi.useFakeTimers()
  const work = vi.fn()
  const ask = onceQuiet(300, work)
  for (let n = 0; n < 5; n++) {
    ask()
    vi.advanceTimersByTime(200)
  }
  expect(work).not.toHaveBeenCalled()
  vi.advanceTimersByTime(100)
  expect(work).toHaveBeenCalledTimes(1)
  vi.useRealTimers()
})
