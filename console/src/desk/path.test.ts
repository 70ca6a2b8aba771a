import { expect, it } from 'vitest'
import { stations } from './path'

const step = (node: string, answer: string | null = null) => ({ node, at_ms: 0, answer })

it('leaves out what says nothing, and repeated questions', () => {
  const path = [step('greeting'), step('need'), step('need', '投诉'), step('describe-complaint'), step('to-agent')]
  expect(stations(path).map((s) => s.node)).toEqual(['need', 'describe-complaint', 'to-agent'])
  expect(stations(path)[0]?.answer).toBe('投诉')
})
