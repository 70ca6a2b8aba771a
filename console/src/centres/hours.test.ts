import { expect, it } from 'vitest'
import { asHours, copied, fromHours, withOneMore, wrongsOf } from './hours'

it('writes what it read, in the fewest lines', () => {
  const lines = ['mon-fri 08:30-12:00', 'mon-fri 13:30-17:30', 'sun 09:00-12:00']
  expect(asHours(fromHours(lines))).toEqual(lines)
  expect(asHours(fromHours(['mon 08:30-12:00', 'tue 08:30-12:00', 'thu 08:30-12:00']))).toEqual([
    'mon-tue 08:30-12:00',
    'thu 08:30-12:00',
  ])
  expect(asHours(fromHours([]))).toEqual([])
})
it('reads days across the end of the week', () => {
  expect(asHours(fromHours(['sat-mon 20:00-24:00']))).toEqual(['mon 20:00-24:00', 'sat-sun 20:00-24:00'])
})
it('says of a line that it is none', () => {
  expect(() => fromHours(['周一 8点'])).toThrow('周一 8点')
  expect(() => fromHours(['mon-xyz 08:30-12:00'])).toThrow()
})
it('tells what is wrong with a shift while it is typed', () => {
  const shift = (from: string, to: string) => ({ from, to })
  expect(wrongsOf([shift('08:3', '12:00'), shift('25:00', '26:00')])).toEqual(['time', 'time'])
  expect(wrongsOf([shift('12:00', '12:00'), shift('18:00', '24:00')])).toEqual(['order', null])
  expect(wrongsOf([shift('08:00', '12:00'), shift('11:59', '13:00')])).toEqual(['overlap', 'overlap'])
  expect(wrongsOf([shift('08:00', '12:00'), shift('12:00', '13:00')])).toEqual([null, null])
})
it('proposes the usual shifts and then leaves one to be filled in', () => {
  const two = withOneMore(withOneMore([]))
  expect(two.map(({ from }) => from)).toEqual(['08:30', '13:30'])
  expect(withOneMore(two)[2]).toEqual({ from: '', to: '' })
})
it('copies a day without tying the copies to it', () => {
  const week = copied(fromHours(['mon 08:30-12:00', 'tue 10:00-11:00']), 0, [1, 4])
  expect(asHours(week)).toEqual(['mon-tue 08:30-12:00', 'fri 08:30-12:00'])
  week[0]!.length = 0
  expect(asHours(week)).toEqual(['tue 08:30-12:00', 'fri 08:30-12:00'])
})
