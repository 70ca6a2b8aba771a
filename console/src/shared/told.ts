/** Tells the person at the screen what went wrong and what to do about it. */
import { ElMessage } from 'element-plus'
import 'element-plus/es/components/message/style/css'
import { Problem } from './api'

export function tell(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error)
  const remedy = error instanceof Problem ? error.remedy : ''
  ElMessage.error({
    message: [message, remedy].filter(Boolean).join(' '),
    grouping: true,
    duration: 8000,
    showClose: true,
  })
}

/** What the person at the screen should know, and stays until they have read it. */
export function remind(message: string): void {
  ElMessage.info({ message, grouping: true, duration: 0, showClose: true })
}

/** Run work that a click asked for; its failure is told, and `false` comes back. */
export async function doing(work: () => Promise<void>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    tell(error)
    return false
  }
}
