/** A share, 0 to 1, as people read it, with so many places; empty where it is not known. */
export const percent = (share: number | null, places = 0): string =>
  share === null ? '' : `${(share * 100).toFixed(places)}%`
