/** A record that somebody is changing in a form: as it was read, and as it stands in the form; no I/O here. */

export interface Draft<Fields extends object> {
  base: Fields
  /** The version that `base` is of. */
  etag: string
  form: Fields
}

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

export const begun = <F extends object>(fields: F, etag: string): Draft<F> => ({
  base: copy(fields),
  etag,
  form: copy(fields),
})

/** Only what was changed: what others change meanwhile is not sent back as it was. */
export function changes<F extends object>({ base, form }: Draft<F>): Partial<F> {
  const names = Object.keys(form) as (keyof F)[]
  return Object.fromEntries(
    names.filter((name) => !same(form[name], base[name])).map((name) => [name, form[name]]),
  ) as Partial<F>
}

/** The same changes, of a newer version of the record. */
export const rebased = <F extends object>(draft: Draft<F>, fields: F, etag: string): Draft<F> => ({
  base: copy(fields),
  etag,
  form: { ...copy(fields), ...changes(draft) },
})
