/** A tree's YAML text, changed in place: comments, order and layout of what was not touched stay. No I/O here. */
import {
  isCollection,
  isMap,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type ToStringOptions,
  YAMLMap,
  YAMLSeq,
} from 'yaml'

export type Path = (string | number)[]

export interface SyntaxProblem {
  /** From 1. */
  line: number
  column: number
  message: string
}

export interface Parsed {
  document: Document.Parsed
  /** Plain data; null where the text cannot be read. */
  value: Record<string, unknown> | null
  problems: SyntaxProblem[]
  lines: LineCounter
}

const OPTIONS: ToStringOptions = { lineWidth: 0, flowCollectionPadding: true }

export function parse(text: string): Parsed {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const problems = document.errors.map(({ message, linePos }) => ({
    line: linePos?.[0].line ?? 1,
    column: linePos?.[0].col ?? 1,
    message: message.split(' at line ')[0] as string,
  }))
  const value: unknown = problems.length ? null : document.toJS()
  const readable = typeof value === 'object' && value !== null && !Array.isArray(value)
  return { document, value: readable ? (value as Record<string, unknown>) : null, problems, lines }
}

/** Lists as `[a, b]`, maps as `{ a: b }`: the padding is a setting of the whole text, so lists say it themselves. */
function written(document: Document): string {
  const padded = (padding: string, of: YAMLSeq | YAMLMap, plain: YAMLSeq['toString']): void => {
    of.toString = (context, onComment, onChompKeep) =>
      plain.call(of as YAMLSeq, context && { ...context, flowCollectionPadding: padding }, onComment, onChompKeep)
  }
  visit(document, {
    Seq: (_, seq) => void (seq.flow && padded('', seq, YAMLSeq.prototype.toString)),
    Map: (_, map) => void (map.flow && padded(' ', map, YAMLMap.prototype.toString as YAMLSeq['toString'])),
  })
  return document.toString(OPTIONS)
}

/**
 * The text after `change`. Lines that the change did not touch stay as they were typed; where the typed text and its
 * written form do not have the same lines, all of it takes the written form.
 */
function edited(text: string, change: (document: Document.Parsed) => void): string {
  const { document } = parse(text)
  const before = written(document).split('\n')
  change(document)
  const after = written(document).split('\n')
  const typed = text.split('\n')
  if (before.length !== typed.length) return after.join('\n')
  const same = sharedEnds(before, after)
  const joined = [
    ...typed.slice(0, same.head),
    ...after.slice(same.head, after.length - same.tail),
    ...typed.slice(typed.length - same.tail),
  ].join('\n')
  // As many lines can still be other lines: then the two texts do not say the same.
  return JSON.stringify(parse(joined).value) === JSON.stringify(document.toJS()) ? joined : after.join('\n')
}

/** How many items two lists share at their beginnings and, of the rest, at their ends. */
export function sharedEnds<T>(one: ArrayLike<T>, other: ArrayLike<T>): { head: number; tail: number } {
  const most = Math.min(one.length, other.length)
  let head = 0
  while (head < most && one[head] === other[head]) head++
  let tail = 0
  while (tail < most - head && one[one.length - 1 - tail] === other[other.length - 1 - tail]) tail++
  return { head, tail }
}

function asNode(document: Document, value: unknown) {
  const node = document.createNode(value)
  visit(node, {
    Seq: (_, seq) => {
      if (seq.items.every(isScalar)) seq.flow = true
    },
  })
  return node
}

/** `path` with the keys as the text has them: an unquoted 1 is a number there. */
function exact(document: Document, path: Path): unknown[] {
  let here: unknown = document.contents
  return path.map((part) => {
    const pair = isMap(here) ? here.items.find(({ key }) => isScalar(key) && String(key.value) === String(part)) : null
    here = pair ? pair.value : here instanceof YAMLSeq ? here.items[Number(part)] : null
    return pair && isScalar(pair.key) ? pair.key.value : part
  })
}

function put(document: Document.Parsed, path: unknown[], value: unknown): void {
  const old = document.getIn(path, true)
  if (isScalar(old) && (typeof value !== 'object' || value === null)) {
    // A text that was empty was quoted for that; another need not be.
    if (old.value === '') old.type = undefined
    old.value = value
    return
  }
  const node = asNode(document, value)
  if (isCollection(old) && isCollection(node)) node.flow = node.flow || (old.flow && old.items.length > 0)
  if (isCollection(old) || isScalar(old))
    Object.assign(node, { comment: old.comment, commentBefore: old.commentBefore })
  document.setIn(path, node)
}

/** `undefined` takes the entry away. */
export function setAt(text: string, path: Path, value: unknown): string {
  return edited(text, (document) => {
    const there = exact(document, path)
    if (value !== undefined) put(document, there, value)
    else if (document.hasIn(there)) document.deleteIn(there)
  })
}

/** Several changes that are one to the person who made them. */
export function setAll(text: string, changes: { path: Path; value: unknown }[]): string {
  return changes.reduce((sofar, { path, value }) => setAt(sofar, path, value), text)
}

/** Another name for the entry at the end of `path`; its place among its siblings stays. */
export function renameAt(text: string, path: Path, name: string): string {
  return edited(text, (document) => {
    const there = exact(document, path)
    const parent = document.getIn(there.slice(0, -1), true)
    if (!isMap(parent)) return
    const pair = parent.items.find(({ key }) => isScalar(key) && key.value === there.at(-1))
    if (pair && isScalar(pair.key)) pair.key.value = name
  })
}

/** The line (from 1) where the entry at `path` begins, or that of the innermost entry on the way to it. */
export function lineOf({ document, lines }: Parsed, path: Path): number {
  let offset = 0
  let here: unknown = document.contents
  for (const part of path) {
    if (isMap(here)) {
      const pair = here.items.find(({ key }) => isScalar(key) && String(key.value) === String(part))
      if (!pair) break
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset
      here = pair.value
    } else if (here instanceof YAMLSeq) {
      here = here.items[Number(part)]
      offset = (here as { range?: [number, number, number] } | undefined)?.range?.[0] ?? offset
    } else break
  }
  return lines.linePos(offset).line
}

/** The path of the entry that a line (from 1) belongs to; a line between entries belongs to the one before it. */
export function pathAt({ document, lines }: Parsed, line: number): Path {
  const path: Path = []
  let here: unknown = document.contents
  while (isMap(here) || here instanceof YAMLSeq) {
    const starts = here.items.map((item, index) => {
      const start = isMap(here) ? (item as { key: unknown }).key : item
      const range = (start as { range?: [number, number, number] } | null)?.range
      return { index, line: range ? lines.linePos(range[0]).line : 0 }
    })
    const found = starts.filter((start) => start.line > 0 && start.line <= line).at(-1)
    if (!found || (path.length > 1 && found.line > line)) break
    const item: unknown = here.items[found.index]
    if (isMap(here)) {
      const pair = item as { key: { value: unknown }; value: unknown }
      path.push(String(pair.key.value))
      here = pair.value
    } else {
      path.push(found.index)
      here = item
    }
    const flow = isCollection(here) && here.flow
    if (flow) break
  }
  return path
}
