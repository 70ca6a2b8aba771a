/** Where boxes are drawn, px from the top left. No I/O here. */
import dagre from '@dagrejs/dagre'
import { drawn, type Box, type Tree } from './graph'
import { isRecord } from './schema'

export interface Point {
  x: number
  y: number
}

export const BOX_WIDTH = 220
const HEAD_HEIGHT = 62
const WAY_HEIGHT = 22
/** Between boxes that are put by themselves. */
const GAP = 30
/** Dragged boxes rest on this grid. */
export const GRID = 10

export const heightOf = (box: Box): number => HEAD_HEIGHT + drawn(box).length * WAY_HEIGHT

/** Plus 0: no coordinate reads -0. */
const onGrid = (value: number): number => Math.round(value / GRID) * GRID + 0

/** Left to right from the start, each box clear of the others. */
export function tidy(all: Box[], start: string): Record<string, Point> {
  const graph = new dagre.graphlib.Graph({ multigraph: true })
  graph.setGraph({ rankdir: 'LR', nodesep: 24, ranksep: 64, marginx: 20, marginy: 20 })
  graph.setDefaultEdgeLabel(() => ({}))
  const ordered = [...all].sort((one, other) => Number(other.name === start) - Number(one.name === start))
  for (const box of ordered) graph.setNode(box.name, { width: BOX_WIDTH, height: heightOf(box) })
  for (const box of ordered)
    for (const way of box.ways) if (graph.hasNode(way.to)) graph.setEdge(box.name, way.to, {}, way.path.join('.'))
  dagre.layout(graph)
  const placed = ordered.map((box) => {
    const { x, y } = graph.node(box.name) as Point
    return [box.name, { x: onGrid(x - BOX_WIDTH / 2), y: onGrid(y - heightOf(box) / 2) }] as const
  })
  return Object.fromEntries(placed)
}

function kept(tree: Tree | null): Record<string, Point> {
  const layout = isRecord(tree?.layout) ? tree.layout : {}
  const points = Object.entries(layout).filter(
    (entry): entry is [string, [number, number]] =>
      Array.isArray(entry[1]) && entry[1].length === 2 && entry[1].every((each) => typeof each === 'number'),
  )
  return Object.fromEntries(points.map(([name, [x, y]]) => [name, { x, y }]))
}

/** The places the tree keeps; boxes without one are put where the tidy layout has them. */
export function places(tree: Tree | null, all: Box[]): Record<string, Point> {
  const known = kept(tree)
  if (all.every((box) => known[box.name])) return known
  return { ...tidy(all, String(tree?.start ?? '')), ...known }
}

/** The place nearest below `want` where a new box lies on no other. */
export function freePlace(all: Box[], points: Record<string, Point>, want: Point): Point {
  const fresh = HEAD_HEIGHT + WAY_HEIGHT
  const taken = all.flatMap((box) => {
    const point = points[box.name]
    return point && Math.abs(point.x - want.x) < BOX_WIDTH ? [{ top: point.y, bottom: point.y + heightOf(box) }] : []
  })
  let { y } = want
  for (const { top, bottom } of taken.sort((one, other) => one.top - other.top))
    if (y < bottom + GAP && y + fresh + GAP > top) y = bottom + GAP
  return { x: want.x, y: onGrid(y) }
}

/** What the tree keeps of places, for a text without needless digits. */
export const asKept = (points: Record<string, Point>): Record<string, [number, number]> =>
  Object.fromEntries(Object.entries(points).map(([name, { x, y }]) => [name, [onGrid(x), onGrid(y)]]))
