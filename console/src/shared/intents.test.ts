import { expect, it } from 'vitest'
import { onceEach } from './intents'

function storage() {
  const kept = new Map<string, string>()
  return {
    kept,
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  }
}
const lost = new Error('lost')

it('sends again under the same key after an answer was lost, even from a page that was reloaded', async () => {
  const keys = storage()
  const sent: string[] = []
  const fail = async (key: string) => {
    sent.push(key)
    throw lost
  }
  await expect(
    onceEach(
      () => keys,
      (error) => error === lost,
    )('letter', fail),
  ).rejects.toBe(lost)
  const reloaded = onceEach(
    () => keys,
    (error) => error === lost,
  )
  await reloaded('letter', async (key) => sent.push(key))
  expect(sent[1]).toBe(sent[0])
  // What was answered is done: the next one is another letter.
  await reloaded('letter', async (key) => sent.push(key))
  expect(sent[2]).not.toBe(sent[0])
})

it('frees the key of what was refused', async () => {
  const keys = storage()
  await expect(
    onceEach(
      () => keys,
      () => false,
    )('letter', () => Promise.reject(lost)),
  ).rejects.toBe(lost)
  expect(keys.kept.size).toBe(0)
})

it('sends a second click only once, and something else beside it', async () => {
  const once = onceEach(storage, () => false)
  const sent: string[] = []
  const slow = (what: string) => async () => {
    await Promise.resolve()
    return sent.push(what)
  }
  await Promise.all([once('a', slow('a')), once('a', slow('a')), once('b', slow('b'))])
  expect(sent).toEqual(['a', 'b'])
})

it('keeps nothing of what was sent where others can read it', async () => {
  const keys = storage()
  await expect(
    onceEach(
      () => keys,
      () => true,
    )('13900001111', () => Promise.reject(lost)),
  ).rejects.toBe(lost)
  expect([...keys.kept].flat().join()).not.toContain('13900001111')
})
