/** What may be typed at a place in the YAML, by the tree's schema. No I/O here. */
import type { Path } from './document'
import { fieldsOf, fitting, isRecord, kindsOf, resolve, shapeOf, valuesOf, type Schema } from './schema'

interface Known {
  root: Schema
  tree: Record<string, unknown>
  nodes: string[]
  prompts: string[]
}

/** The schema of the entry at `path`, and its value. */
export function schemaAt(path: Path, { root, tree }: Known): { schema: Schema; value: unknown } {
  let schema = root
  let value: unknown = tree
  for (const part of path) {
    const here = fitting(schema, value, root)
    const shape = shapeOf(here)
    schema = (shape === 'map' ? valuesOf(here) : shape === 'list' ? here.items : here.properties?.[part]) ?? {}
    value = Array.isArray(value) ? value[Number(part)] : isRecord(value) ? value[String(part)] : undefined
  }
  return { schema, value }
}

/** Names of fields that the entry at `path` may have and does not. */
export function fieldsAt(path: Path, known: Known): string[] {
  const { schema, value } = schemaAt(path, known)
  const here = fitting(schema, value, known.root)
  const names = ['kind', ...fieldsOf(here, known.root).map((field) => field.name)]
  return names.filter((name) => here.properties?.[name] && !(isRecord(value) && name in value))
}

/** Values that the entry at `path` may have. */
export function valuesAt(path: Path, known: Known): string[] {
  if (path.at(-1) === 'kind') return kindsOf(known.root)
  const schema = resolve(schemaAt(path, known).schema, known.root)
  switch (shapeOf(schema)) {
    case 'node':
      return known.nodes
    case 'prompt':
    case 'prompts':
      return known.prompts
    case 'choice':
      return (schema.enum ?? []).map((one) =>
        one === '' || /\W/.test(String(one)) ? JSON.stringify(one) : String(one),
      )
    case 'boolean':
      return ['true', 'false']
    default:
      return []
  }
}
