/** The server's present, to the second, for everything on screen that counts. */
import { readonly, ref } from 'vue'

/** A Date header is whole seconds and some way old: smaller differences mean nothing. */
const TRUSTED_DIFFERENCE_MS = 2000

const current = ref(Date.now())
let aheadMs = 0
setInterval(() => (current.value = Date.now() + aheadMs), 1000)

export const now = readonly(current)

/** Count by the server's clock where this computer's is wrong. */
export function noteServerDate(header: string | null): void {
  const difference = header ? Date.parse(header) - Date.now() : Number.NaN
  if (Number.isNaN(difference)) return
  aheadMs = Math.abs(difference) > TRUSTED_DIFFERENCE_MS ? difference : 0
}
