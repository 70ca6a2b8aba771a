import { expect, it } from 'vitest'
import { flowsOf, heatOf, type NodeFigures } from './figures'

const node = (name: string, more: Partial<NodeFigures>): NodeFigures => ({
  node: name,
  visits: 0,
  calls: 0,
  mean_ms: 0,
  hang_ups: 0,
  no_input: 0,
  no_match: 0,
  refused: 0,
  reached_person: 0,
  reached_person_share: 0,
  exits: [],
  marks: [],
  ...more,
})
const nodes = [
  node('greeting', { visits: 40, mean_ms: 6250, exits: [{ to: 'need', to_node: true, count: 38 }] }),
  node('need', { visits: 10, reached_person_share: 0.5, exits: [{ to: 'gone', to_node: false, count: 10 }] }),
]

it('colours each node by its share of the most', () => {
  expect(heatOf(nodes, 'visits')).toEqual({ greeting: { share: 1, text: '40' }, need: { share: 0.25, text: '10' } })
  expect(heatOf(nodes, 'mean_ms').greeting?.text).toBe('6.3 s')
  expect(heatOf(nodes, 'reached_person_share').need).toEqual({ share: 0.5, text: '50%' })
  expect(heatOf(nodes, 'refused').need?.share).toBe(0)
})
it('counts ways between nodes only', () => {
  expect(flowsOf(nodes)).toEqual({ 'greeting>need': 38 })
})
