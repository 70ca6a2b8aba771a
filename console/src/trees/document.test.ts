import { describe, expect, it } from 'vitest'
import { lineOf, parse, pathAt, renameAt, setAll, setAt, sharedEnds } from './document'
import shipped from '../../../ivr/trees/12365.yaml?raw'

const typed = `# festival tree
name: "1"   # three spaces, kept

nodes:
  hello: { kind: say,   prompt: greeting, next: bye } # odd spaces, kept

  # said at the end
  bye:
    kind: hangup
    prompt: goodbye # short
    words: [再见, 谢谢]
`
const lines = (text: string) => text.split('\n')
const changedLines = (one: string, other: string) => {
  const { head, tail } = sharedEnds(lines(one), lines(other))
  return lines(other).slice(head, lines(other).length - tail)
}

describe('a change made on the canvas', () => {
  it('touches its own line only and keeps the comment on it', () => {
    const after = setAt(typed, ['nodes', 'bye', 'prompt'], 'goodbye-festival')
    expect(changedLines(typed, after)).toEqual(['    prompt: goodbye-festival # short'])
  })
  it('keeps every comment of the tree that comes with the product', () => {
    const after = setAll(shipped, [
      { path: ['nodes', 'notice'], value: { kind: 'say', prompt: 'notice', next: 'need' } },
      { path: ['nodes', 'greeting', 'next'], value: 'notice' },
    ])
    const comments = (text: string) => text.match(/#(?= ).*/g)
    expect(comments(shipped)?.length).toBeGreaterThan(0)
    expect(comments(after)).toEqual(comments(shipped))
    expect(parse(after).value).toMatchObject({ nodes: { notice: { next: 'need' }, greeting: { next: 'notice' } } })
  })
  it('writes lists as the text around does', () => {
    const after = setAt(typed, ['nodes', 'bye', 'words'], ['再见', '谢谢', '拜拜'])
    expect(changedLines(typed, after)).toEqual(['    words: [再见, 谢谢, 拜拜]'])
    expect(setAt(typed, ['nodes', 'bye', 'hours'], ['mon-fri 08:30-12:00'])).toContain('hours: [mon-fri 08:30-12:00]')
  })
  it('quotes what would otherwise be a number', () => {
    expect(setAt(typed, ['nodes', 'bye', 'key'], '1')).toContain('key: "1"')
  })
  it('finds a key that the text has as a number', () => {
    expect(setAt('keys:\n  1: { next: a }\n', ['keys', '1', 'next'], 'b')).toBe('keys:\n  1: { next: b }\n')
  })
  it('takes an entry away, and nothing where there is none', () => {
    expect(parse(setAt(typed, ['nodes', 'bye', 'words'], undefined)).value).not.toHaveProperty('nodes.bye.words')
    expect(setAt(typed, ['nodes', 'bye', 'absent'], undefined)).toBe(typed)
  })
  it('renames in place', () => {
    const after = renameAt(typed, ['nodes', 'hello'], 'welcome')
    expect(Object.keys(parse(after).value?.nodes as object)).toEqual(['welcome', 'bye'])
    expect(after).toContain('# odd spaces, kept')
  })
})

describe('text and canvas point at each other', () => {
  it('finds the line of a node and of a field', () => {
    expect(lineOf(parse(typed), ['nodes', 'bye'])).toBe(8)
    expect(lineOf(parse(typed), ['nodes', 'bye', 'prompt'])).toBe(10)
    expect(lineOf(parse(typed), ['nodes', 'bye', 'missing'])).toBe(8)
  })
  it('finds the entry of a line', () => {
    expect(pathAt(parse(typed), 10)).toEqual(['nodes', 'bye', 'prompt'])
    expect(pathAt(parse(typed), 5).slice(0, 2)).toEqual(['nodes', 'hello'])
    expect(pathAt(parse(typed), 2)).toEqual(['name'])
  })
})

it('tells where the text cannot be read', () => {
  expect(parse('nodes:\n  a: [1\n').problems[0]).toMatchObject({ line: 3 })
  expect(parse('nodes:\n  a: [1\n').value).toBeNull()
  expect(parse('- a list').value).toBeNull()
})
