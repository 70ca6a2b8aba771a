import { describe, expect, it } from 'vitest'
import type { HistoryEntry } from '../shared/types'
import { callsOf, changed, deed, who } from './history'

const entry = (kind: string, over: Partial<HistoryEntry> = {}): HistoryEntry => ({
  id: 1, at: '2026-11-24T00:00:00Z', actor: 'agent1', kind, call_id: null, data: {}, ...over,
})

describe('a case’s history', () => {
  it('says who did what', () => {
    const registered = entry('case.registered', { data: { number: 'TS202611240001' } })
    expect([who(registered), deed(registered)]).toEqual(['agent1', '登记 TS202611240001'])
    expect(who(entry('case.drafted', { actor: 'gateway' }))).toBe('系统')
  })
  it('names each changed field in words', () => {
    const edited = entry('case.updated', { data: { changes: { kind: 'report', company: '', risk_words: ['漏电', '孩子'] } } })
    expect(changed(edited)).toEqual([
      { name: '类型', value: '举报' }, { name: '商家', value: '（空）' }, { name: '风险词', value: '漏电、孩子' },
    ])
  })
  it('knows the calls, newest first and once each', () => {
    expect(callsOf([entry('a', { call_id: 3 }), entry('b', { call_id: 9 }), entry('c', { call_id: 3 }), entry('d')])).toEqual([9, 3])
  })
})
