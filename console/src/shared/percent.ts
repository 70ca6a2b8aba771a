/** A share, 0 to 1, as people read it; empty where it is not known. */
export const percent = (share: number | null): string => (share === null ? '' : `${Math.round(share * 100)}%`)
