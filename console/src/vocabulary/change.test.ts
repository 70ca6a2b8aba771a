import { describe, expect, it } from 'vitest'
import { changeOf, isEmpty, nothing, same, type ListedWord } from './change'

const listed: ListedWord[] = [
  { id: 3, word: '格兰仕', kind: 'company', added_by: 'admin', added_at: '2026-01-01T00:00:00Z' },
]
const draft = (typed: string, removed: number[] = []) => ({ ...nothing(), typed, removed })

describe('a change to the words', () => {
  it('takes a word a line, or several with marks between, each once', () => {
    expect(changeOf(draft(' 九阳\n美的，九阳、苏泊尔 '), listed).add).toEqual(['九阳', '美的', '苏泊尔'])
  })

  it('leaves out what is listed already and what is gone already', () => {
    expect(changeOf(draft('格兰仕', [3, 4]), listed)).toEqual({ add: [], remove: [3] })
    expect(isEmpty(changeOf(draft('格兰仕', [4]), listed))).toBe(true)
  })

  it('is the one that was measured only while it changes the same words', () => {
    const tried = changeOf(draft('九阳 美的', [3]), listed)
    expect(same(tried, changeOf(draft('美的\n九阳', [3]), listed))).toBe(true)
    expect(same(tried, changeOf(draft('美的', [3]), listed))).toBe(false)
  })
})
