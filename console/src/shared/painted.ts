/** A page that nobody looks at is not painted, ms. */
const UNSEEN_MS = 100

/** Do `work` once what was changed is on screen, or soon after where the page is not seen; returns what cancels it. */
export function oncePainted(work: () => void): () => void {
  let over = false
  const once = (): void => {
    if (over) return
    over = true
    work()
  }
  requestAnimationFrame(() => setTimeout(once))
  setTimeout(once, UNSEEN_MS)
  return () => void (over = true)
}
