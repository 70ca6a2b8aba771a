/** A centre's working hours, a week of shifts and the lines that they are kept as; no I/O here. */

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Day = (typeof DAYS)[number]
/** Times of day, `08:30`; the end may be `24:00`. */
export interface Shift {
  from: string
  to: string
}
/** Seven days, Monday first. */
export type Week = Shift[][]
/** What is wrong with a shift: no two times, an end that is not after its begin, minutes that another has too. */
export type Wrong = 'time' | 'order' | 'overlap'

/** The API takes no more lines. */
export const MOST_LINES = 20
const LINE = /^([a-z]{3})(?:-([a-z]{3}))? (\d\d:\d\d)-(\d\d:\d\d)$/
const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/
const USUAL: readonly Shift[] = [
  { from: '08:30', to: '12:00' },
  { from: '13:30', to: '17:30' },
]

/** The week that lines like `mon-fri 08:30-12:00` tell of. Throws at a line that is none. */
export function fromHours(lines: readonly string[]): Week {
  const week: Week = DAYS.map(() => [])
  for (const line of lines) {
    const [, first, last, from, to] = LINE.exec(line.trim().toLowerCase()) ?? []
    const [start, end] = [first, last ?? first].map((day) => DAYS.indexOf(day as Day)) as [number, number]
    if (start < 0 || end < 0) throw new Error(line)
    const length = ((end - start + DAYS.length) % DAYS.length) + 1
    for (let day = start; day < start + length; day++) {
      week[day % DAYS.length]?.push({ from: from as string, to: to as string })
    }
  }
  return week.map(inOrder)
}

/** The lines of a week: days in a row that have the same shift share one. */
export function asHours(week: Week): string[] {
  const lines: { first: number; text: string }[] = []
  const shifts = new Set(week.flat().map(({ from, to }) => `${from}-${to}`))
  for (const shift of shifts) {
    const works = week.map((day) => day.some(({ from, to }) => `${from}-${to}` === shift))
    for (let first = 0; first < DAYS.length; first++) {
      if (!works[first]) continue
      let last = first
      while (works[last + 1]) last++
      lines.push({ first, text: `${DAYS[first]}${last > first ? `-${DAYS[last]}` : ''} ${shift}` })
      first = last
    }
  }
  return lines
    .sort((one, other) => one.first - other.first || one.text.slice(-11).localeCompare(other.text.slice(-11)))
    .map(({ text }) => text)
}

const inOrder = (day: readonly Shift[]): Shift[] => [...day].sort((one, other) => one.from.localeCompare(other.from))

/** What is wrong with each shift of a day; null where nothing is. */
export const wrongsOf = (day: readonly Shift[]): (Wrong | null)[] =>
  day.map((shift, place) => {
    if (!TIME.test(shift.from) || !TIME.test(shift.to)) return 'time'
    if (shift.from >= shift.to) return 'order'
    return day.some((other, at) => at !== place && shift.from < other.to && other.from < shift.to) ? 'overlap' : null
  })

/** A day with one shift more: the usual ones first, then one to be filled in. */
export function withOneMore(day: readonly Shift[]): Shift[] {
  const free = USUAL.find((usual) => !day.some((each) => each.from < usual.to && usual.from < each.to))
  return [...day, { ...(free ?? { from: '', to: '' }) }]
}

/** A week in which other days have the shifts of one. */
export const copied = (week: Week, from: number, to: readonly number[]): Week =>
  week.map((day, place) => (to.includes(place) ? (week[from] ?? []).map((shift) => ({ ...shift })) : day))
