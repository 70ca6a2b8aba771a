import { expect, it } from 'vitest'
import { parse } from './document'
import { blank, queueIn } from './newTree'

it('begins with a greeting that leads to a person', () => {
  const { value, problems } = parse(blank('2026-holiday', '12365'))
  expect(problems).toEqual([])
  expect(value).toMatchObject({ name: '2026-holiday', start: 'greeting', person: 'to-agent' })
})

it('has its callers wait where those of another tree do', () => {
  expect(queueIn(blank('one', 'east'))).toBe('east')
  expect(queueIn('nodes: { bye: { kind: hangup } }')).toBe('')
})
