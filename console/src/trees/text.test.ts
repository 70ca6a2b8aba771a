import { expect, it } from 'vitest'
import { parse, setAt } from './document'
import { begin, change, redoStep, text, type, undoable, undoStep } from './text'

const TREE =
  'start: a\nnodes:\n  a: { kind: say, prompt: hello, next: b } # first\n  b: { kind: hangup, prompt: bye }\n'

it('takes back a step of the canvas and one of the text alike, and brings them again', () => {
  begin(TREE)
  expect(undoable.value).toBe(false)
  change(setAt(text.value, ['nodes', 'a', 'prompt'], 'welcome'))
  change(`${text.value}# typed\n`)
  undoStep()
  expect(text.value).toContain('prompt: welcome, next: b } # first')
  expect(text.value).not.toContain('# typed')
  undoStep()
  expect(text.value).toBe(TREE)
  redoStep()
  expect(parse(text.value).value).toMatchObject({ nodes: { a: { prompt: 'welcome' } } })
})

it('takes back what was typed in one go in one step', () => {
  begin(TREE)
  for (const prompt of ['hello1', 'hello12', 'hello123']) type(setAt(text.value, ['nodes', 'a', 'prompt'], prompt))
  undoStep()
  expect(text.value).toBe(TREE)
})
