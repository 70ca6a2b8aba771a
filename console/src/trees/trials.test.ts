import { expect, it } from 'vitest'
import { asTest, type Conditions, type Simulation } from './trials'

const NOTHING: Conditions = { at: '', number: '', region: '', cases: {}, telephones: {}, queues: {}, answers: {} }
const CALL: Simulation = {
  path: ['greeting', 'need'],
  intent: null,
  score: null,
  reason: '',
  outcome: null,
  target: '',
  said: [],
  variables: {},
}

it('is kept with what was around the call, and with nothing that was not told', () => {
  expect(asTest('one', ['silence'], NOTHING, CALL)).toEqual({
    name: 'one',
    steps: ['silence'],
    expect: { through: ['greeting', 'need'] },
  })
  const around = { ...NOTHING, region: '浙江省', queues: { '12365': { waiting: 3, free: 0 } } }
  const ended = { ...CALL, intent: 'agent', outcome: 'queue' }
  expect(asTest('two', [], around, ended)).toEqual({
    name: 'two',
    region: '浙江省',
    queues: { '12365': { waiting: 3, free: 0 } },
    steps: [],
    expect: { path: ['greeting', 'need'], intent: 'agent', outcome: 'queue' },
  })
})
