/** A case's history as sentences; no I/O here. */
import { moment } from '../shared/time'
import type { Change, HistoryEntry } from '../shared/types'
import { gradeOf } from '../risk/grades'
import { t, tCode, tNamed } from '../shared/words'
import { GROUNDS } from './flow/given'

function text(field: string, content: unknown): string {
  if (field === 'kind') return tCode('', String(content))
  if (field === 'channel') return tCode('came_', String(content))
  if (field === 'risk_grade') {
    const grade = gradeOf(String(content))
    return grade ? tNamed(grade) : t('riskNone')
  }
  if (Array.isArray(content)) return content.join(t('listComma')) || t('empty')
  if (typeof content === 'boolean') return content ? t('yes') : t('no')
  return String(content ?? '') || t('empty')
}

/** Fields whose word is another one than their name. */
const NAMED_OTHERWISE: Record<string, string> = {
  risk_words: 'risk',
  harm: 'risk_harm',
  people: 'risk_people',
  vulnerable: 'risk_vulnerable',
  spread: 'risk_spread',
  media: 'risk_media',
}

/** A field's name and what it became; `before` is empty where nothing stood there. */
export function described(change: Change): { name: string; before: string; after: string } {
  const hadNone = change.old === null || change.old === '' || (Array.isArray(change.old) && !change.old.length)
  return {
    name: tCode('', NAMED_OTHERWISE[change.field] ?? change.field),
    before: hadNone ? '' : text(change.field, change.old),
    after: text(change.field, change.new),
  }
}

/** After these no time limit runs. */
const AT_REST = ['kept', 'cancelled', 'paused']

/** What became of a time limit, and until when it runs now. */
function ofClock(how: string, due: unknown): string {
  const until = due && !AT_REST.includes(how) ? ` ${t('flowDue')} ${moment(String(due))}` : ''
  return tCode('how_', how) + until
}

/** What was done; `clockName` knows the words of the case's time limits. */
export function deed(entry: HistoryEntry, clockName: (clock: string) => string = (clock) => clock): string {
  const kind = entry.kind.replace('case.', '')
  const named = typeof entry.data.clock === 'string' ? clockName(entry.data.clock) : ''
  const said = entry.source === 'speech' ? t('event_heard') : tCode('event_', kind)
  const mark = kind === 'clock_mark' ? tCode('mark_', String(entry.data.mark)) : ''
  const became = kind === 'clock' ? ofClock(String(entry.data.how), entry.data.due_after) : ''
  const file = kind === 'evidence_added' ? entry.data.name : ''
  // What the line did by itself has a code for a reason; a person's words are no code.
  const reason = tCode('because_', String(entry.data.reason ?? ''))
  const rating = entry.data.rating ? tCode('rating_', String(entry.data.rating)) : ''
  const grounds = GROUNDS.filter((name) => entry.data[name]).map(
    (name) => t(`word_${name}`) + t('colon') + String(entry.data[name]),
  )
  const told = [named, became, entry.data.number, mark, rating, reason, ...grounds, entry.data.result, file]
    .filter(Boolean)
    .map(String)
  return told.length ? `${said} ${told.join(t('listComma'))}` : said
}

/** Who did it: a person by name, the citizen, or the system. */
export const who = (entry: HistoryEntry): string =>
  entry.actor_name ?? t(entry.source === 'citizen' ? 'theCitizen' : 'gateway')
