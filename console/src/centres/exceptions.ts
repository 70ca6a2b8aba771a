/** A centre's own working days as lines a person types; no I/O here. */

/** `2026-12-24 -` is a day off, `2026-12-26 +` one that is worked: one a line, in order. */
export const asLines = (exceptions: Record<string, boolean>): string =>
  Object.entries(exceptions)
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([day, works]) => `${day} ${works ? '+' : '-'}`)
    .join('\n')

/** The days of the lines, or the first line that cannot be read. */
export function fromLines(text: string): { days: Record<string, boolean> } | { wrong: string } {
  const days: Record<string, boolean> = {}
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (!line) continue
    const found = /^(\d{4}-\d{2}-\d{2})\s*([+-])$/.exec(line)
    if (!found || Number.isNaN(Date.parse(found[1] as string))) return { wrong: line }
    days[found[1] as string] = found[2] === '+'
  }
  return { days }
}
