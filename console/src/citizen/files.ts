/** Files that the citizen chose, and what became of each; no I/O here. */
import { reactive } from 'vue'

export interface Limits {
  files: number
  bytes: number
}
export type Obstacle = 'fileEmpty' | 'fileLarge'
export interface Chosen {
  file: File
  state: 'waiting' | 'sending' | 'sent' | 'failed'
  /** How much of it is sent, 0 to 1. */
  share: number
  /** Why it cannot be sent at all. */
  obstacle: Obstacle | null
  /** Why it was not taken, in the hotline's words. */
  problem: string
}
export type Upload = (file: File, pass: string, moved: (share: number) => void) => Promise<void>

export const megabytes = (bytes: number): number => Math.floor(bytes / 2 ** 20)

/** Why a file cannot be sent, as far as that is known before it is. */
export function obstacle(file: File, limits: Limits): Obstacle | null {
  if (!file.size) return 'fileEmpty'
  return file.size > limits.bytes ? 'fileLarge' : null
}

/** A list of chosen files; `upload` sends one of them. */
export function choice(upload: Upload) {
  const chosen = reactive<Chosen[]>([])

  function add(files: Iterable<File>, limits: Limits): void {
    for (const file of files) {
      const known = obstacle(file, limits)
      chosen.push({ file, state: known ? 'failed' : 'waiting', share: 0, obstacle: known, problem: '' })
    }
  }
  function remove(each: Chosen): void {
    chosen.splice(chosen.indexOf(each), 1)
  }
  async function sendOne(each: Chosen, pass: string): Promise<void> {
    Object.assign(each, { state: 'sending', share: 0, problem: '' })
    try {
      await upload(each.file, pass, (share) => (each.share = share))
      each.state = 'sent'
    } catch (error) {
      Object.assign(each, { state: 'failed', problem: (error as Error).message })
    }
  }
  /** One after the other; one that fails stays in the list with the reason and keeps none of the others. */
  async function send(pass: string): Promise<void> {
    for (const each of chosen) {
      if (each.state !== 'sent' && !each.obstacle) await sendOne(each, pass)
    }
  }
  return { chosen, add, remove, send }
}
