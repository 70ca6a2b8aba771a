import { describe, expect, it } from 'vitest'
import published from '../../../ivr/schema/tree.schema.json?raw'
import shipped from '../../../ivr/trees/12365.yaml?raw'
import { fieldsAt, valuesAt } from './completion'
import { parse } from './document'
import { nodesOf } from './graph'
import type { Schema } from './schema'

const root = JSON.parse(published) as Schema
const tree = parse(shipped).value as Record<string, unknown>
const known = { root, tree, nodes: Object.keys(nodesOf(tree)), prompts: ['greeting', 'goodbye'] }

describe('what may be typed in the YAML', () => {
  it('is a node’s name where one is named, at any depth', () => {
    expect(valuesAt(['nodes', 'greeting', 'next'], known)).toEqual(known.nodes)
    expect(valuesAt(['nodes', 'need', 'options', 'complaint', 'next'], known)).toEqual(known.nodes)
  })
  it('is a prompt, a kind, or one of few', () => {
    expect(valuesAt(['nodes', 'greeting', 'prompt'], known)).toEqual(['greeting', 'goodbye'])
    expect(valuesAt(['nodes', 'greeting', 'kind'], known)).toContain('hangup')
    expect(valuesAt(['nodes', 'greeting', 'barge_in'], known)).toEqual(['both', 'speech', 'keys', 'none'])
    expect(valuesAt(['nodes', 'need', 'terminator'], known)).toEqual(['"#"', '"*"', '""'])
  })
  it('is a field that the node does not have yet', () => {
    const fields = fieldsAt(['nodes', 'greeting'], known)
    expect(fields).toContain('label')
    expect(fields).not.toContain('next')
  })
})
