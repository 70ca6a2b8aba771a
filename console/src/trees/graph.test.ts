import { describe, expect, it } from 'vitest'
import published from '../../../ivr/schema/tree.schema.json?raw'
import shipped from '../../../ivr/trees/12365.yaml?raw'
import { parse } from './document'
import { boxes, freeName, saidBy, references } from './graph'
import { asKept, BOX_WIDTH, freePlace, heightOf, places, tidy } from './layout'
import { blankNode, faultOf, fieldsOf, kindsOf, nodeSchema, type Schema } from './schema'

const NODE = { type: 'string', format: 'node-name' }
const PROMPT = { type: 'string', format: 'prompt-name' }
const root: Schema = {
  properties: {
    start: NODE,
    nodes: {
      type: 'object',
      additionalProperties: {
        discriminator: {
          propertyName: 'kind',
          mapping: { say: '#/$defs/Say', ask: '#/$defs/Ask', end: '#/$defs/End' },
        },
        oneOf: [{ $ref: '#/$defs/Say' }, { $ref: '#/$defs/Ask' }, { $ref: '#/$defs/End' }],
      },
    },
  },
  $defs: {
    Say: {
      type: 'object',
      required: ['kind', 'prompt', 'next'],
      properties: {
        kind: { const: 'say' },
        prompt: PROMPT,
        next: NODE,
        repeat: { type: 'integer', minimum: 1, maximum: 3 },
      },
    },
    Ask: {
      type: 'object',
      required: ['kind', 'prompt', 'options'],
      properties: {
        kind: { const: 'ask' },
        prompt: PROMPT,
        options: { type: 'object', additionalProperties: { $ref: '#/$defs/Option' } },
        choices: { type: 'array', items: { $ref: '#/$defs/Option' } },
        closed: { anyOf: [NODE, { type: 'null' }], default: null },
      },
    },
    Option: {
      type: 'object',
      required: ['next'],
      properties: { key: { anyOf: [{ type: 'string' }, { type: 'null' }] }, confirm: PROMPT, next: NODE },
    },
    End: { type: 'object', required: ['kind', 'prompt'], properties: { kind: { const: 'end' }, prompt: PROMPT } },
  },
}
const tree = {
  start: 'hello',
  nodes: {
    hello: { kind: 'say', prompt: 'greeting', next: 'need' },
    need: {
      kind: 'ask',
      prompt: 'ask-need',
      options: { complaint: { key: '1', next: 'bye', confirm: 'sure' }, other: { next: 'nowhere' } },
      choices: [{ key: '2', next: 'hello' }],
    },
    bye: { kind: 'end', prompt: 'goodbye' },
  },
}

describe('a tree’s boxes', () => {
  it('have a way for each place that names a node, named or not yet', () => {
    const need = boxes(tree, root)[1]
    expect(need?.ways.map(({ path, to, entry }) => [path.join('.'), to, entry])).toEqual([
      ['options.complaint.next', 'bye', ['1', 'complaint']],
      ['options.other.next', 'nowhere', ['other']],
      ['choices.0.next', 'hello', ['2']],
      ['closed', '', []],
    ])
  })
  it('get a new one a place that no other lies on', () => {
    const all = boxes(tree, root)
    const points = { hello: { x: 0, y: 0 }, need: { x: 40, y: 200 }, bye: { x: 900, y: 0 } }
    const free = freePlace(all, points, { x: 40, y: 100 })
    expect(free).toEqual({ x: 40, y: Math.round((200 + heightOf(all[1]!) + 30) / 10) * 10 })
    expect(freePlace(all, points, { x: 400, y: 20 })).toEqual({ x: 400, y: 20 })
  })
  it('are found by what leads to them', () => {
    expect(references(tree, root, 'hello').map((path) => path.join('.'))).toEqual([
      'start',
      'nodes.need.choices.0.next',
    ])
  })
  it('know their prompts', () => {
    const need = tree.nodes.need
    expect(saidBy(need, nodeSchema(need, root), root).map(({ prompt }) => prompt)).toEqual(['ask-need', 'sure'])
  })
  it('do not lie upon each other when tidied, and stay where the tree keeps them', () => {
    const all = boxes(tree, root)
    const spots = Object.entries(tidy(all, 'hello'))
    for (const [one, a] of spots)
      for (const [other, b] of spots) {
        const tall = (name: string) => heightOf(all.find((box) => box.name === name)!)
        const apart = Math.abs(a.x - b.x) >= BOX_WIDTH || a.y + tall(one) <= b.y || b.y + tall(other) <= a.y
        expect(one === other || apart).toBe(true)
      }
    expect(places({ ...tree, layout: { bye: [900, 70], need: 'broken' } }, all).bye).toEqual({ x: 900, y: 70 })
    expect(asKept({ bye: { x: 13.7, y: -4.2 } })).toEqual({ bye: [10, 0] })
  })
})

describe('a form', () => {
  it('begins with what a kind needs', () => {
    expect(kindsOf(root)).toEqual(['say', 'ask', 'end'])
    expect(blankNode('say', root)).toEqual({ kind: 'say', prompt: '', next: '' })
  })
  it('tells what is wrong as it is typed', () => {
    const fields = Object.fromEntries(
      fieldsOf(nodeSchema({ kind: 'say' }, root), root).map((field) => [field.name, field]),
    )
    const known = { nodes: ['need'], prompts: ['greeting'] }
    expect(faultOf(fields.repeat!, 4, known)).toBe('above')
    expect(faultOf(fields.next!, 'nowhere', known)).toBe('noNode')
    expect(faultOf(fields.next!, '', known)).toBe('required')
    expect(faultOf(fields.prompt!, 'greting', known)).toBe('noPrompt')
    expect(faultOf(fields.prompt!, 'greeting', known)).toBeNull()
  })
})

describe('the tree that comes with the product, by its published schema', () => {
  const real = JSON.parse(published) as Schema
  const shippedTree = parse(shipped).value as Record<string, unknown>
  const all = boxes(shippedTree, real)
  it('has a form for everything in it', () => {
    const shapes = all.flatMap(({ node }) => fieldsOf(nodeSchema(node, real), real).map((field) => field.shape))
    expect(shapes).not.toContain('unknown')
    expect(shapes).toContain('prompts')
  })
  it('says something at every node that has a prompt', () => {
    const silent = all.filter(({ node }) => node.prompt && !saidBy(node, nodeSchema(node, real), real)[0]?.prompt)
    expect(silent).toEqual([])
  })
  it('leads from its start to every node', () => {
    const reached = new Set([String(shippedTree.start)])
    for (const name of reached)
      for (const way of all.find((box) => box.name === name)?.ways ?? []) if (way.to) reached.add(way.to)
    expect(all.map((box) => box.name).filter((name) => !reached.has(name))).toEqual([])
  })
})

it('gives a new node a name of its own', () => {
  expect(freeName('say', ['say', 'say-2'])).toBe('say-3')
})
