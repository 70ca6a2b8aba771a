/** Changes come in bursts: what they ask for is done once. */

/** Does `work` once nobody has asked for it for `pauseMs`. */
export function onceQuiet(pauseMs: number, work: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  return () => {
    clearTimeout(timer)
    timer = setTimeout(work, pauseMs)
  }
}
