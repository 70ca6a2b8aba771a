/** A case's history as sentences; no I/O here. */
import type { Change, HistoryEntry } from '../shared/types'
import { gradeOf, named } from '../risk/grades'
import { t, tCode } from '../shared/words'

function text(field: string, content: unknown): string {
  if (field === 'kind') return tCode('', String(content))
  if (field === 'risk_grade') {
    const grade = gradeOf(String(content))
    return grade ? named(grade) : t('riskNone')
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

export function deed(entry: HistoryEntry): string {
  const kind = entry.kind.replace('case.', '')
  const said = entry.source === 'speech' ? t('event_heard') : tCode('event_', kind)
  const mark = kind === 'clock_mark' ? tCode('mark_', String(entry.data.mark)) : ''
  const told = [entry.data.number, mark, entry.data.reason, entry.data.result].filter(Boolean).map(String)
  return told.length ? `${said} ${told.join(t('listComma'))}` : said
}

export const who = (entry: HistoryEntry): string => entry.actor_name ?? t('gateway')
