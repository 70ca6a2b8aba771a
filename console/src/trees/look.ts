/** How each kind of node looks: a colour a purpose. */
const SPEAKS = '#1d5fb4'
const ASKS = '#6b3fa0'
const DECIDES = '#9a5b00'
const HANDS_OVER = '#1f7a45'
const ENDS = '#5b6876'
const WORKS = '#0b7285'

const COLOURS: Record<string, string> = {
  say: SPEAKS,
  ask: ASKS,
  menu: ASKS,
  choose: ASKS,
  collect: ASKS,
  describe: ASKS,
  survey: ASKS,
  branch: DECIDES,
  queue: HANDS_OVER,
  transfer: HANDS_OVER,
  voicemail: HANDS_OVER,
  callback: HANDS_OVER,
  hangup: ENDS,
}
const ORDER = Object.keys(COLOURS)

/** As a caller meets them, not by the alphabet; kinds that are not known here come last but for the end. */
export const inOrder = (kinds: string[]): string[] => {
  const place = (kind: string): number => (ORDER.includes(kind) ? ORDER.indexOf(kind) : ORDER.length - 1.5)
  return [...kinds].sort((one, other) => place(one) - place(other))
}

export const colourOf = (kind: string): string => COLOURS[kind] ?? WORKS
