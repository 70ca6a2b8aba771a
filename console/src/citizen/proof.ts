/** Finds the number that the hotline's challenge asks for; no I/O here. */
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'

/** Tries between two looks at the screen. */
const AT_ONCE = 2000

/** Whether `digest` begins with so many zero bits. */
export function hasZeroBits(digest: Uint8Array, bits: number): boolean {
  for (let bit = 0; bit < bits; bit++) {
    if ((digest[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) return false
  }
  return true
}

/** The first number with which SHA-256 of `challenge:number` begins with so many zero bits. */
export async function solve(challenge: string, bits: number): Promise<string> {
  for (let nonce = 0; ; nonce++) {
    if (hasZeroBits(sha256(utf8ToBytes(`${challenge}:${nonce}`)), bits)) return String(nonce)
    if (nonce % AT_ONCE === AT_ONCE - 1) await new Promise((resume) => setTimeout(resume))
  }
}
