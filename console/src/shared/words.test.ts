import { expect, it } from 'vitest'
import { en } from './words.en'
import { zh } from './words.zh'

const sources = import.meta.glob<string>(['../**/*.vue', '../**/*.ts', '!../**/words.*'], {
  query: '?raw',
  import: 'default',
  eager: true,
})
const code = Object.values(sources).join('\n')
/** Words chosen by a code that the server sends: `tCode('reason_', …)`; `tests/unit/console` holds them to its codes. */
const BY_CODE =
  /^(came|reason|node|event|status|scope|outcome|risk|notice|channel|clock|task|relation|similar|rating|light|work|mark|role|level|unit|form|word|why|audit|told|how|because|speech|worker)_|_intent$/
const OF_TREES = /^(pane|kind|field|choice|says|stops|fault|source|missed|figure|exit)_/

it('has every word in both languages', () => {
  expect(Object.keys(en).toSorted()).toEqual(Object.keys(zh).toSorted())
})
it('has no word that no screen uses', () => {
  const unused = Object.keys(zh).filter(
    (word) => !BY_CODE.test(word) && !OF_TREES.test(word) && !new RegExp(`['"]${word}['"]|\\b${word}: `).test(code),
  )
  expect(unused).toEqual([])
})
it('has no word left empty', () => {
  expect(Object.entries({ ...zh, ...en }).filter(([, text]) => !text)).toEqual([])
})
