import { describe, expect, it } from 'vitest'
import { initial, next, type PhoneEvent } from './phoneState'

const after = (...events: PhoneEvent[]) => events.reduce(next, initial)
const inCall: PhoneEvent[] = [{ kind: 'registered' }, { kind: 'ringing' }, { kind: 'answering' }, { kind: 'talking' }]

describe('the page’s telephone', () => {
  it('says why it is not registered', () => {
    expect(after({ kind: 'registered' }, { kind: 'unregistered', why: 'lost' })).toMatchObject({
      registered: false,
      why: 'lost',
    })
  })
  it('starts each call neither held nor muted', () => {
    const again = after(...inCall, { kind: 'muted', on: true }, { kind: 'over', cleanly: true }, { kind: 'talking' })
    expect(again).toMatchObject({ call: 'talking', held: false, muted: false })
  })
  it('knows a hang-up from sound that broke off', () => {
    expect(after(...inCall, { kind: 'over', cleanly: true }).soundLost).toBe(false)
    expect(after(...inCall, { kind: 'over', cleanly: false }).soundLost).toBe(true)
    expect(after(...inCall, { kind: 'over', cleanly: false }, { kind: 'talking' }).soundLost).toBe(false)
  })
  it('does not call a ring that ended lost sound', () => {
    expect(after({ kind: 'ringing' }, { kind: 'over', cleanly: false }).soundLost).toBe(false)
  })
  it('keeps a call when only the registration goes', () => {
    expect(after(...inCall, { kind: 'unregistered', why: 'lost' }).call).toBe('talking')
  })
})
