import { expect, it } from 'vitest'
import { argumentsOf, blank, fresh, lacking, led, sent, without } from './given'
import type { CaseAction } from './types'

const action = (name: string, ...needs: CaseAction['needs']): CaseAction => ({
  action: name,
  zh: name,
  en: name,
  needs,
  may: [],
  missing: [],
})

it('asks an assignment for departments, of which one leads', () => {
  const assign = action('assign', 'targets')
  const given = fresh(assign)
  expect(lacking(assign, given)).toEqual(['targets'])
  expect(lacking(assign, { targets: [{ centre: 2, lead: true }] })).toEqual([])
  const two = [
    { centre: 2, lead: false },
    { centre: 3, lead: false },
  ]
  expect(lacking(assign, { targets: two })).toEqual(['targets'])
  expect(led(two, 1).map((target) => target.lead)).toEqual([false, true])
  expect(without(led(two, 1), 1)).toEqual([{ centre: 2, lead: true }])
})
it('takes a blank reason for none', () => {
  const refuse = { ...action('refuse', 'reason', 'basis'), may: ['advice' as const] }
  expect(argumentsOf(refuse)).toEqual(['reason', 'basis', 'advice'])
  expect(lacking(refuse, { reason: '', basis: '' })).toEqual(['reason', 'basis'])
  expect(lacking(refuse, { reason: '不属于受理范围', basis: '办法第十五条' })).toEqual([])
})
it('sends no rating of someone who was not reached', () => {
  const back = action('call_back', 'reached')
  expect(sent(back, { reached: false, rating: 5 })).toEqual({ action: 'call_back', reached: false })
  expect(sent(back, { reached: true, rating: 5 })).toEqual({ action: 'call_back', reached: true, rating: 5 })
})
it('asks a split for whole parts', () => {
  const split = action('split', 'parts', 'reason')
  expect(lacking(split, { ...fresh(split), reason: '两件事' })).toEqual(['parts'])
  const other = { ...blank(), company: '另一家超市' }
  expect(lacking(split, { reason: '两件事', parts: [other, blank()] })).toEqual(['parts'])
  expect(lacking(split, { reason: '两件事', parts: [other] })).toEqual([])
  expect(sent(split, { reason: '两件事', parts: [other] })).toEqual({
    action: 'split',
    reason: '两件事',
    parts: [{ company: '另一家超市' }],
  })
})
