/** The page's telephone as a state and what happens to it; no I/O here. */

/** Why the phone is not registered. */
export type Unregistered = 'connecting' | 'refused' | 'lost'

export interface PhoneState {
  registered: boolean
  why: Unregistered
  call: 'none' | 'ringing' | 'answering' | 'talking'
  held: boolean
  muted: boolean
  /** The sound broke off though nobody hung up: the caller may still be there. */
  soundLost: boolean
  microphoneBlocked: boolean
}

export type PhoneEvent =
  | { kind: 'registered' }
  | { kind: 'unregistered'; why: Unregistered }
  | { kind: 'ringing' | 'answering' | 'talking' }
  /** `cleanly`: one side hung up, refused or cancelled. */
  | { kind: 'over'; cleanly: boolean }
  | { kind: 'held' | 'muted'; on: boolean }
  | { kind: 'microphone_blocked' }

export const initial: PhoneState = {
  registered: false,
  why: 'connecting',
  call: 'none',
  held: false,
  muted: false,
  soundLost: false,
  microphoneBlocked: false,
}

export function next(phone: PhoneState, event: PhoneEvent): PhoneState {
  switch (event.kind) {
    case 'registered':
      return { ...phone, registered: true }
    case 'unregistered':
      return { ...phone, registered: false, why: event.why }
    case 'ringing':
      return { ...phone, call: 'ringing', microphoneBlocked: false }
    case 'answering':
      return { ...phone, call: 'answering' }
    case 'talking':
      return { ...phone, call: 'talking', held: false, muted: false, soundLost: false }
    case 'over':
      return {
        ...phone,
        call: 'none',
        held: false,
        muted: false,
        soundLost: phone.call === 'talking' && !event.cleanly,
      }
    case 'held':
      return { ...phone, held: event.on }
    case 'muted':
      return { ...phone, muted: event.on }
    case 'microphone_blocked':
      return { ...phone, microphoneBlocked: true }
  }
}
