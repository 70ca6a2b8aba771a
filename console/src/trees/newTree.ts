/** The first text of a tree. No I/O here. */
import { parse } from './document'

/** Says hello and hands over; `queue` is where callers wait. */
export const blank = (name: string, queue: string): string => `name: ${JSON.stringify(name)}
language: zh-CN
start: greeting
person: to-agent

nodes:
  greeting:
    kind: say
    prompt: { text: 您好，正在为您转接。 }
    next: to-agent

  to-agent: { kind: queue, queue: ${JSON.stringify(queue)} }
`

/** The queue that a tree's callers wait in; none where it has none. */
export function queueIn(text: string): string {
  const nodes = Object.values((parse(text).value?.nodes ?? {}) as Record<string, { kind?: string; queue?: unknown }>)
  return String(nodes.find(({ kind }) => kind === 'queue')?.queue ?? '')
}
