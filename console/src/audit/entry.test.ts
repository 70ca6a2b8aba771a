import { expect, it } from 'vitest'
import { deed, particulars } from './entry'

it.each([
  ['read.cases', '查看案件'],
  ['case.registered', '登记'],
  ['person.log_in_failed', '登录失败'],
  ['something.new', 'something.new'],
])('calls %s what people call it', (kind, said) => {
  expect(deed(kind)).toBe(said)
})

it('tells what else is on record', () => {
  expect(particulars({ path: '/api/v1/cases', calls: [1, 2] })).toBe('path: /api/v1/cases、calls: [1,2]')
  expect(particulars({})).toBe('')
})
