import { expect, test } from 'vitest'
import { wav } from './wav'

test('samples become 16 bit in one channel at 8000 Hz, and what is too loud is cut', () => {
  const file = new DataView(wav(new Float32Array([0, 1, -2, 0.5])))
  expect(file.byteLength).toBe(44 + 8)
  expect([file.getUint32(4, true), file.getUint32(40, true)]).toEqual([44, 8])
  expect([file.getUint16(22, true), file.getUint32(24, true), file.getUint16(34, true)]).toEqual([1, 8000, 16])
  expect([44, 46, 48, 50].map((at) => file.getInt16(at, true))).toEqual([0, 32767, -32767, 16384])
})
