/** One key for each thing that somebody means to create, so that it is created once; no I/O here. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, randomBytes, utf8ToBytes } from '@noble/hashes/utils.js'

type Keys = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
type Once = <T>(what: string, send: (key: string) => Promise<T>) => Promise<T>

/**
 * Sends what is to be created under a key that `keysHere` has until it is known what came of it: an answer, or a refusal
 * that is not `isOpen`. Asked for again before that, by a second click or after an answer that was lost, it goes out
 * under the same key, and the server creates nothing new. Asked for again after that, it is another one.
 *
 * They learn what was sent as a hash only: it is personal, and a page's storage is not the place for it.
 */
export function onceEach(keysHere: () => Keys, isOpen: (error: unknown) => boolean): Once {
  const going = new Map<string, Promise<unknown>>()

  async function under<T>(name: string, send: (key: string) => Promise<T>): Promise<T> {
    const keys = keysHere()
    const key = keys.getItem(name) ?? bytesToHex(randomBytes(16))
    keys.setItem(name, key)
    try {
      const answer = await send(key)
      keys.removeItem(name)
      return answer
    } catch (error) {
      if (!isOpen(error)) keys.removeItem(name)
      throw error
    }
  }

  return <T>(what: string, send: (key: string) => Promise<T>): Promise<T> => {
    const name = `intent.${bytesToHex(sha256(utf8ToBytes(what)))}`
    const before = going.get(name) as Promise<T> | undefined
    const now = before ?? under(name, send).finally(() => going.delete(name))
    going.set(name, now)
    return now
  }
}
