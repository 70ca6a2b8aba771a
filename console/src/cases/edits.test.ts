import { describe, expect, it } from 'vitest'
import type { CaseFields } from '../shared/types'
import {
  conflicts,
  isEmpty,
  keepMine,
  missing,
  nothing,
  overlay,
  send,
  sendable,
  settle,
  takeTheirs,
  type,
} from './edits'

const stored: CaseFields = {
  kind: 'complaint',
  channel: 'phone',
  category: '',
  caller_name: '',
  caller_number: '139',
  anonymous: false,
  product: '冰箱',
  company: '',
  place: '',
  occurred_on: '',
  amount: '',
  description: '漏电',
  division: '',
  credit_code: '',
  brand: '',
  model: '',
  batch: '',
  barcode: '',
}

describe('what an agent typed', () => {
  it('is shown over the server’s version and sent alone', () => {
    const kept = type(nothing, stored, 'company', '某店')
    expect(overlay(stored, kept)).toMatchObject({ company: '某店', product: '冰箱' })
    expect(sendable(stored, kept)).toEqual({ company: '某店' })
  })
  it('is dropped once the server has it', () => {
    const kept = send(type(nothing, stored, 'company', '某店'), { company: '某店' })
    expect(isEmpty(settle({ ...stored, company: '某店' }, kept))).toBe(true)
  })
  it('stays when more was typed while it was being saved', () => {
    let kept = send(type(nothing, stored, 'company', '某'), { company: '某' })
    kept = settle({ ...stored, company: '某' }, type(kept, stored, 'company', '某店'))
    expect(kept.mine).toEqual({ company: '某店' })
    expect(conflicts({ ...stored, company: '某' }, kept)).toEqual([])
    expect(sendable({ ...stored, company: '某' }, kept)).toEqual({ company: '某店' })
  })
  it('does not conflict with its own echo', () => {
    const kept = type(send(type(nothing, stored, 'company', '某'), { company: '某' }), stored, 'company', '某店')
    expect(conflicts({ ...stored, company: '某' }, kept)).toEqual([])
  })
  it('is put beside another’s change of the same field, and never sent over it', () => {
    const kept = type(type(nothing, stored, 'product', '冰柜'), stored, 'place', '成都')
    const newest = { ...stored, product: '洗衣机' }
    expect(conflicts(newest, kept)).toEqual(['product'])
    expect(sendable(newest, kept)).toEqual({ place: '成都' })
  })
  it('is no conflict where both came to the same', () => {
    expect(conflicts({ ...stored, product: '冰柜' }, type(nothing, stored, 'product', '冰柜'))).toEqual([])
  })
  it('is settled field by field, by the agent', () => {
    const newest = { ...stored, product: '洗衣机' }
    const kept = type(nothing, stored, 'product', '冰柜')
    expect(sendable(newest, keepMine(newest, kept, 'product'))).toEqual({ product: '冰柜' })
    expect(isEmpty(takeTheirs(kept, 'product'))).toBe(true)
  })
})

describe('a case before its registration', () => {
  it('names what is missing', () => {
    expect(missing({ ...stored, description: ' ' })).toEqual(['category', 'description'])
    expect(missing({ ...stored, category: '食品' })).toEqual([])
  })
})
