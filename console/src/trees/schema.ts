/** The tree's JSON Schema, read for forms and for ways on: new kinds of node need no code here. No I/O here. */

export interface Schema {
  $ref?: string
  $defs?: Record<string, Schema>
  type?: string
  format?: string
  title?: string
  description?: string
  default?: unknown
  const?: unknown
  enum?: unknown[]
  /** What is there to be named, where a text names something. */
  examples?: string[]
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: Schema | boolean
  patternProperties?: Record<string, Schema>
  propertyNames?: Schema
  items?: Schema
  prefixItems?: Schema[]
  anyOf?: Schema[]
  oneOf?: Schema[]
  discriminator?: { propertyName: string; mapping: Record<string, string> }
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  pattern?: string
}

export type Shape =
  | 'boolean'
  | 'choice'
  | 'list'
  | 'map'
  | 'node'
  | 'number'
  | 'object'
  | 'prompt'
  | 'prompts'
  | 'text'
  | 'texts'
  | 'union'
  | 'unknown'

export interface Field {
  name: string
  schema: Schema
  shape: Shape
  required: boolean
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The definition that a schema stands for, with what is said beside the reference on top of it. */
export function resolve(schema: Schema, root: Schema): Schema {
  if (schema.$ref) {
    const { $ref, ...beside } = schema
    return { ...resolve(root.$defs?.[$ref.split('/').at(-1) as string] ?? {}, root), ...beside }
  }
  const { anyOf, oneOf, ...beside } = schema
  const choices = schema.discriminator ? undefined : (anyOf ?? oneOf)
  if (!choices) return schema
  // A choice among choices is one choice.
  const real = choices.filter((one) => one.type !== 'null').flatMap((one) => choicesOf(resolve(one, root)) ?? [one])
  return real.length === 1 ? { ...resolve(real[0] as Schema, root), ...beside } : { ...beside, anyOf: real }
}

const choicesOf = (schema: Schema): Schema[] | undefined => (schema.discriminator ? undefined : schema.anyOf)

/** Of a choice of definitions the one that fits `value`. */
export function fitting(schema: Schema, value: unknown, root: Schema): Schema {
  const found = resolve(schema, root)
  const discriminator = found.discriminator
  if (discriminator && isRecord(value)) {
    const reference = discriminator.mapping[String(value[discriminator.propertyName])]
    return reference ? resolve({ $ref: reference }, root) : {}
  }
  const others = found.anyOf ?? found.oneOf
  if (!others) return found
  const type = Array.isArray(value) ? 'array' : isRecord(value) ? 'object' : typeof value
  const likely = others.map((one) => resolve(one, root)).filter((one) => one.type === type)
  const names = isRecord(value) ? Object.keys(value) : []
  return likely.find((one) => names.every((name) => name in (one.properties ?? {}))) ?? likely[0] ?? found
}

export function shapeOf(schema: Schema): Shape {
  if (schema.format === 'node-name') return 'node'
  if (schema.format === 'prompt-name') return 'prompt'
  if (schema.anyOf?.some((one) => one.format === 'prompt-name')) return 'prompts'
  if (schema.enum) return 'choice'
  if (schema.type === 'boolean') return 'boolean'
  if (schema.type === 'integer' || schema.type === 'number') return 'number'
  if (schema.type === 'string') return 'text'
  if (schema.type === 'array') return schema.items?.type === 'string' && !schema.items.format ? 'texts' : 'list'
  if (schema.type === 'object') return schema.properties ? 'object' : 'map'
  if (schema.discriminator) return 'union'
  return 'unknown'
}

export function fieldsOf(schema: Schema, root: Schema): Field[] {
  return Object.entries(schema.properties ?? {})
    .filter(([, property]) => property.const === undefined)
    .map(([name, property]) => {
      const resolved = resolve(property, root)
      return { name, schema: resolved, shape: shapeOf(resolved), required: schema.required?.includes(name) ?? false }
    })
}

/** What a map's entries are. */
export const valuesOf = (schema: Schema): Schema => {
  const [named] = Object.values(schema.patternProperties ?? {})
  return named ?? (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : {})
}

const nodesOf = (root: Schema): Schema => valuesOf(root.properties?.nodes ?? {})

export const nodeSchema = (node: unknown, root: Schema): Schema => fitting(nodesOf(root), node, root)

export const kindsOf = (root: Schema): string[] =>
  Object.keys(resolve(nodesOf(root), root).discriminator?.mapping ?? {})

/** The least that a new entry of this form needs; texts are left empty for the person to fill in. */
export function blank(schema: Schema, root: Schema): unknown {
  const found = resolve(schema, root)
  const first = Object.values(found.discriminator?.mapping ?? {})[0]
  if (first) return blank({ $ref: first }, root)
  if (found.const !== undefined) return found.const
  if (found.enum) return found.enum[0]
  switch (found.type) {
    case 'object':
      return Object.fromEntries(
        (found.required ?? []).map((name) => [name, blank(found.properties?.[name] ?? {}, root)]),
      )
    case 'array':
      return Array.from({ length: found.minItems ?? 0 }, () => blank(found.items ?? {}, root))
    case 'boolean':
      return false
    case 'integer':
    case 'number':
      return found.minimum ?? 0
    default:
      return ''
  }
}

export const blankNode = (kind: string, root: Schema): Record<string, unknown> => ({
  kind,
  ...(blank(nodeSchema({ kind }, root), root) as object),
})

export type Fault = 'required' | 'below' | 'above' | 'pattern' | 'noNode' | 'noPrompt'

/** What is wrong with one entry, as far as the form can tell by itself. */
export function faultOf(field: Field, value: unknown, known: { nodes: string[]; prompts: string[] }): Fault | null {
  const { schema } = field
  if (value === undefined || value === null || value === '') return field.required ? 'required' : null
  if (typeof value === 'number') {
    if (value < (schema.minimum ?? -Infinity) || value <= (schema.exclusiveMinimum ?? -Infinity)) return 'below'
    if (value > (schema.maximum ?? Infinity) || value >= (schema.exclusiveMaximum ?? Infinity)) return 'above'
  }
  if (typeof value === 'string') {
    if (field.shape === 'node' && !known.nodes.includes(value)) return 'noNode'
    if (field.shape === 'prompt' && known.prompts.length && !known.prompts.includes(value)) return 'noPrompt'
    if (schema.pattern && !new RegExp(schema.pattern, 'u').test(value)) return 'pattern'
    if (value.length > (schema.maxLength ?? Infinity)) return 'above'
  }
  return null
}
