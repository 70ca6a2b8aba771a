/** How speech is turned into text here, as the server tells it. */
export interface SpeechWorker {
  address: string
  state: 'up' | 'full' | 'down'
  /** Why it is not used. */
  problem: string | null
  /** Speakers that it listens to. */
  legs: number
  engines: Record<string, string>
}

export interface SpeechShown {
  engines: Record<string, string>
  /** The same by numbers whose calls are read otherwise. */
  lines: Record<string, Record<string, string>>
  load: Record<string, number>
  workers: SpeechWorker[]
}
