/** Times as people read them. */
import { language, locale } from './words'

/** 75000 is 01:15; hours appear where there are any. */
export function clock(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000))
  const parts = [Math.floor(s / 3600), Math.floor(s / 60) % 60, s % 60]
  return (parts[0] ? parts : parts.slice(1)).map((part) => String(part).padStart(2, '0')).join(':')
}

/** A moment in the reader's own zone, without the year where it is this one; no line breaks within it. */
export function moment(iso: string, now = new Date()): string {
  const at = new Date(iso)
  const year = at.getFullYear() === now.getFullYear() ? undefined : ('numeric' as const)
  return at
    .toLocaleString(locale, {
      year,
      // 25/11 is November here and not a month there.
      month: language === 'en' ? 'short' : '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
    .replaceAll(' ', '\u00a0')
}
