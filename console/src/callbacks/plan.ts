/** A moment in a date and time field, in the reader's own zone; no I/O here. */

const two = (n: number) => String(n).padStart(2, '0')

export function toField(iso: string | null): string {
  if (!iso) return ''
  const at = new Date(iso)
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`
}

export const fromField = (text: string): string | null => (text ? new Date(text).toISOString() : null)
