import { describe, expect, it } from 'vitest'
import type { HistoryEntry } from '../shared/types'
import { deed, described, who } from './history'

const entry = (kind: string, over: Partial<HistoryEntry> = {}): HistoryEntry => ({
  id: 1,
  at: '2026-11-24T00:00:00Z',
  actor_name: '坐席一',
  source: 'person',
  kind,
  call_id: null,
  changes: [],
  data: {},
  ...over,
})

describe('a case’s history', () => {
  it('says who did what', () => {
    const registered = entry('case.registered', { data: { number: 'TS202611240001' } })
    expect([who(registered), deed(registered)]).toEqual(['坐席一', '登记 TS202611240001'])
  })
  it('tells the caller’s own words from a person’s typing', () => {
    const heard = entry('case.updated', { actor_name: null, source: 'speech' })
    expect([who(heard), deed(heard)]).toEqual(['系统', '从来电人的话中识别'])
  })
  it('says in words why the system merged a draft, and a person’s reason as it is', () => {
    const merged = (reason: string) => deed(entry('case.merged', { data: { reason } }))
    expect(merged('call_put_on_another_case')).toBe('合并 通话改归另一案件，草稿中没有内容')
    expect(merged('重复投诉')).toBe('合并 重复投诉')
  })
  it('says what a refusal rests on, and where else to turn', () => {
    const data = { reason: '不属职责', basis: '办法第十五条', advice: '请向公安机关反映' }
    const told = deed(entry('case.refused', { data }))
    expect(told).toBe('不予受理 不属职责、依据：办法第十五条、其他途径：请向公安机关反映')
  })
  it('says what the citizen sent by the public page', () => {
    const sent = entry('case.evidence_added', { actor_name: null, source: 'citizen', data: { name: '发票.pdf' } })
    expect([who(sent), deed(sent)]).toEqual(['来件人（公众页面）', '添加证据 发票.pdf'])
  })
  it('says which time limit changed, how, and until when it runs', () => {
    const data = { clock: 'acceptance', how: 'started', due_before: null, due_after: '2026-12-04T16:00:00+00:00' }
    const told = deed(entry('case.clock', { data }), () => '受理时限')
    expect(told).toMatch(/^时限变动 受理时限、开始计时 期限 /)
    const kept = entry('case.clock', { data: { ...data, how: 'kept' } })
    expect(deed(kept, () => '受理时限')).toBe('时限变动 受理时限、已按期完成')
  })
  it('tells how content a citizen was who was called back', () => {
    const data = { reached: true, rating: 2, result: '钱没退' }
    expect(deed(entry('case.called_back', { data }))).toBe('回访 不满意、钱没退')
  })
  it('names each changed field in words, with what stood there before', () => {
    expect(described({ field: 'kind', old: 'complaint', new: 'report' })).toEqual({
      name: '类型',
      before: '投诉',
      after: '举报',
    })
    expect(described({ field: 'company', old: null, new: '' })).toEqual({ name: '商家', before: '', after: '（空）' })
    expect(described({ field: 'risk_words', old: [], new: ['漏电', '孩子'] })).toEqual({
      name: '风险词',
      before: '',
      after: '漏电、孩子',
    })
  })
})
