/** What canvas, form and YAML view show of the open tree, and every change that they make to it. */
import { computed, ref, shallowRef, watch } from 'vue'
import { tell } from '../shared/told'
import { tCode } from '../shared/words'
import { lineOf, parse, pathAt, renameAt, setAll, setAt, type Path } from './document'
import { readOnly } from './draftStore'
import { boxes as boxesOf, freeName, nodesOf, references, type Tree } from './graph'
import { asKept, freePlace, places, tidy, type Point } from './layout'
import { blankNode, isRecord, type Schema } from './schema'
import * as api from './treeApi'
import { change, text, type } from './text'

/** Typing pauses for this long before the server checks it, ms. */
const CHECK_MS = 350

export const schema = shallowRef<Schema>({})
export const parsed = computed(() => parse(text.value))
/** The last text that could be read. */
export const tree = shallowRef<Tree>({})
watch(
  parsed,
  ({ value }) => {
    if (value) tree.value = value
  },
  { immediate: true },
)
/** While the text cannot be read, canvas and form only show. */
export const readable = computed(() => parsed.value.value !== null)
export const editable = computed(() => readable.value && !readOnly.value)
export const boxes = computed(() => boxesOf(tree.value, schema.value))
export const points = computed(() => places(tree.value, boxes.value))
export const selected = ref('')
export const selectedBox = computed(() => boxes.value.find((box) => box.name === selected.value) ?? null)

/** What a node is called on the screen. */
export function nodeTitle(name: string): string {
  const label = nodesOf(tree.value)[name]?.label
  return typeof label === 'string' && label ? label : tCode('node_', name)
}

const found = shallowRef<api.TreeProblem[]>([])
/** Of the text as it is now; what cannot be read is told at once. */
export const problems = computed<api.TreeProblem[]>(() =>
  parsed.value.problems.length
    ? parsed.value.problems.map((problem) => ({ ...problem, severity: 'error', code: 'yaml', remedy: '' }))
    : found.value,
)
export const checking = ref(false)
const ofSeverity = (wanted: api.TreeProblem['severity']): number =>
  problems.value.filter(({ severity }) => severity === wanted).length
export const errors = computed(() => ofSeverity('error'))
export const warnings = computed(() => ofSeverity('warning'))
/** Node → its problems; '' for those of the tree. */
export const problemsOf = computed(() => {
  const byNode = new Map<string, (api.TreeProblem & { path: Path })[]>()
  if (!readable.value) return byNode
  for (const problem of problems.value) {
    const path = pathAt(parsed.value, problem.line)
    const node = path[0] === 'nodes' ? String(path[1] ?? '') : ''
    byNode.set(node, [...(byNode.get(node) ?? []), { ...problem, path }])
  }
  return byNode
})

let timer: ReturnType<typeof setTimeout> | undefined
watch(
  text,
  (now) => {
    clearTimeout(timer)
    if (!now || !readable.value) return
    checking.value = true
    timer = setTimeout(() => void checkNow(now), CHECK_MS)
  },
  { immediate: true },
)

async function checkNow(asked: string): Promise<void> {
  try {
    const { problems: answer } = await api.check(asked)
    if (asked === text.value) found.value = answer
  } catch (error) {
    tell(error)
  } finally {
    if (asked === text.value) checking.value = false
  }
}

export const lineOfNode = (name: string): number => lineOf(parsed.value, ['nodes', name])

/** The node that a line of the text belongs to; empty where it belongs to none. */
export function nodeAtLine(line: number): string {
  const path = pathAt(parsed.value, line)
  return path[0] === 'nodes' ? String(path[1] ?? '') : ''
}

/** A form changed an entry; `typing` joins what is typed without a pause to one step for undo. */
export function set(path: Path, value: unknown, typing = false): void {
  if (!editable.value) return
  const next = setAt(text.value, path, value)
  if (typing) type(next)
  else change(next)
}

export function add(kind: string, at?: Point): void {
  if (!editable.value) return
  const name = freeName(kind, Object.keys(nodesOf(tree.value)))
  const place = at ?? beside()
  change(
    setAll(text.value, [
      { path: ['nodes', name], value: blankNode(kind, schema.value) },
      { path: ['layout'], value: asKept({ ...points.value, [name]: place }) },
    ]),
  )
  selected.value = name
}

/** Where a new box is seen: under the selected one, else under the first. */
function beside(): Point {
  const from = points.value[selected.value] ?? points.value[String(tree.value.start ?? '')] ?? { x: 40, y: 40 }
  return freePlace(boxes.value, points.value, { x: from.x, y: from.y + 1 })
}

export function copy(name: string): void {
  const node = nodesOf(tree.value)[name]
  const from = points.value[name]
  if (!editable.value || !node || !from) return
  const fresh = freeName(name, Object.keys(nodesOf(tree.value)))
  const place = freePlace(boxes.value, points.value, from)
  change(
    setAll(text.value, [
      { path: ['nodes', fresh], value: node },
      { path: ['layout'], value: asKept({ ...points.value, [fresh]: place }) },
    ]),
  )
  selected.value = fresh
}

/** Take nodes away, and every mention of them. */
export function remove(names: string[]): void {
  if (!editable.value || !names.length) return
  const mentions = names.flatMap((name) => references(tree.value, schema.value, name))
  const elsewhere = mentions.filter((path) => !(path[0] === 'nodes' && names.includes(String(path[1]))))
  const layout = isRecord(tree.value.layout) ? tree.value.layout : {}
  change(
    setAll(text.value, [
      ...elsewhere.map((path) => ({ path, value: isNeeded(path) ? '' : undefined })),
      ...names.filter((name) => name in layout).map((name) => ({ path: ['layout', name], value: undefined })),
      ...names.map((name) => ({ path: ['nodes', name], value: undefined })),
    ]),
  )
  if (names.includes(selected.value)) selected.value = ''
}

function isNeeded(path: Path): boolean {
  if (path[0] !== 'nodes') return true
  const within = path.slice(2).join('.')
  return (
    boxes.value.find((box) => box.name === path[1])?.ways.find((way) => way.path.join('.') === within)?.required ?? true
  )
}

/** Join a way to a node; an empty `to` takes the join away. */
export function join(from: string, way: Path, to: string): void {
  const path = ['nodes', from, ...way]
  set(path, to || (isNeeded(path) ? '' : undefined))
}

/** Rename a node wherever it is mentioned. Returns false where the name is taken or cannot be one. */
export function rename(name: string, to: string): boolean {
  if (!to.trim() || to === name) return to === name
  if (!editable.value || to in nodesOf(tree.value)) return false
  const mentions = references(tree.value, schema.value, name)
  let next = setAll(
    text.value,
    mentions.map((path) => ({ path, value: to })),
  )
  next = renameAt(next, ['nodes', name], to)
  if (isRecord(tree.value.layout) && name in tree.value.layout) next = renameAt(next, ['layout', name], to)
  selected.value = to
  change(next)
  return true
}

/** Boxes were dragged. */
export function move(moved: Record<string, Point>): void {
  if (editable.value) change(setAt(text.value, ['layout'], asKept({ ...points.value, ...moved })))
}

export function tidyUp(): void {
  if (editable.value) {
    change(setAt(text.value, ['layout'], asKept(tidy(boxes.value, String(tree.value.start ?? '')))))
  }
}
