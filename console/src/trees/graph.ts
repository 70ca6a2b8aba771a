/** The tree as boxes and the ways between them. No I/O here. */
import type { Path } from './document'
import { fitting, isRecord, nodeSchema, resolve, shapeOf, valuesOf, type Schema } from './schema'

/** A place in a node that names the node to go on with; `to` is empty where none is named yet. */
export interface Way {
  /** Within the node; also tells one way from another. */
  path: Path
  to: string
  required: boolean
  /** What a list's or a map's entry is known by: its key on the telephone, its first words, its name. */
  entry: string[]
  field: string
}

export interface Box {
  name: string
  kind: string
  node: Record<string, unknown>
  ways: Way[]
}

export type Tree = Record<string, unknown>

export const nodesOf = (tree: Tree | null): Record<string, Record<string, unknown>> => {
  const nodes = isRecord(tree?.nodes) ? tree.nodes : {}
  return Object.fromEntries(
    Object.entries(nodes).filter((entry): entry is [string, Record<string, unknown>] => isRecord(entry[1])),
  )
}

/** What callers press or say at an entry of a list, else its number. */
export function known(entry: unknown, index: number): string {
  if (!isRecord(entry)) return String(index + 1)
  const words = [entry.words, entry.phrases, entry.examples].find((list) => Array.isArray(list) && list.length)
  const parts = [entry.key, (words as unknown[] | undefined)?.[0]].filter((part) => typeof part === 'string' && part)
  return parts.join(' ') || String(entry.name ?? entry.intent ?? entry.test ?? index + 1)
}

function waysIn(value: unknown, schema: Schema, root: Schema, path: Path, entry: string[], required: boolean): Way[] {
  const found = fitting(schema, value, root)
  switch (shapeOf(found)) {
    case 'node':
      return [{ path, to: typeof value === 'string' ? value : '', required, entry, field: String(path.at(-1)) }]
    case 'object':
      return Object.entries(found.properties ?? {}).flatMap(([name, property]) => {
        const inner = isRecord(value) ? value[name] : undefined
        return waysIn(inner, property, root, [...path, name], entry, found.required?.includes(name) ?? false)
      })
    case 'map':
      return Object.entries(isRecord(value) ? value : {}).flatMap(([name, inner]) => {
        const key = isRecord(inner) && typeof inner.key === 'string' ? [inner.key] : []
        return waysIn(inner, valuesOf(found), root, [...path, name], [...entry, ...key, name], false)
      })
    case 'list':
      return (Array.isArray(value) ? value : []).flatMap((inner, index) =>
        waysIn(inner, found.items ?? {}, root, [...path, index], [...entry, known(inner, index)], true),
      )
    default:
      return []
  }
}

/** What goes wrong comes last. */
const LAST = ['no_input', 'no_match', 'failure', 'hang_up']
const inOrder = (ways: Way[]): Way[] => {
  const place = (way: Way): number => LAST.indexOf(String(way.path[0]))
  return [...ways].sort((one, other) => place(one) - place(other))
}

export function boxes(tree: Tree | null, root: Schema): Box[] {
  return Object.entries(nodesOf(tree)).map(([name, node]) => ({
    name,
    kind: String(node.kind ?? ''),
    node,
    ways: inOrder(waysIn(node, nodeSchema(node, root), root, [], [], true)),
  }))
}

/** Every place in the tree that names `target`: the ways to it and the tree's own entries. */
export function references(tree: Tree | null, root: Schema, target: string): Path[] {
  const own = Object.entries(root.properties ?? {})
    .filter(([name, property]) => name !== 'nodes' && shapeOf(resolve(property, root)) === 'node')
    .filter(([name]) => tree?.[name] === target)
    .map(([name]): Path => [name])
  const ways = boxes(tree, root).flatMap((box) =>
    box.ways.filter((way) => way.to === target).map((way): Path => ['nodes', box.name, ...way.path]),
  )
  return [...own, ...ways]
}

/** The ways that are drawn: those that lead somewhere or must; the others appear while their box is selected. */
export const drawn = (box: Box): Way[] => box.ways.filter((way) => way.to || way.required)

export interface Said {
  /** A prompt's name, or empty. */
  prompt: string
  /** Words that are read out, or empty. */
  text: string
}

/** Everything that a node says, first what it begins with. */
export function saidBy(value: unknown, schema: Schema, root: Schema): Said[] {
  const found = fitting(schema, value, root)
  const shape = shapeOf(found)
  if (shape === 'prompt') return typeof value === 'string' && value ? [{ prompt: value, text: '' }] : []
  if (shape === 'list')
    return (Array.isArray(value) ? value : []).flatMap((inner) => saidBy(inner, found.items ?? {}, root))
  if (!isRecord(value)) return []
  if (found.title === 'Text' && typeof value.text === 'string') return [{ prompt: '', text: value.text }]
  const schemaOf = (name: string): Schema => (shape === 'map' ? valuesOf(found) : (found.properties?.[name] ?? {}))
  return Object.entries(value).flatMap(([name, inner]) => saidBy(inner, schemaOf(name), root))
}

/** A name that no node has yet. */
export function freeName(kind: string, taken: string[]): string {
  let name = kind
  for (let number = 2; taken.includes(name); number++) name = `${kind}-${number}`
  return name
}
