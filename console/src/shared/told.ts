/** Tells the person at the screen what went wrong and what to do about it. */
import { ElMessage, ElMessageBox } from 'element-plus'
import 'element-plus/es/components/message/style/css'
import 'element-plus/es/components/message-box/style/css'
import { Problem } from './api'
import { t } from './words'

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

/**
 * Send a change of what was read. Where somebody else was quicker, `reload` is run before the refusal goes on, so that
 * it stands beside what they wrote.
 */
export async function ofNewest<T>(change: () => Promise<T>, reload: () => Promise<unknown>): Promise<T> {
  try {
    return await change()
  } catch (error) {
    if (error instanceof Problem && error.status === 412) await reload()
    throw error
  }
}

/** Ask before something that cannot be undone; `does` is what the button that goes on says. */
export async function sure(question: string, does: string): Promise<boolean> {
  const words = { type: 'warning', confirmButtonText: does, cancelButtonText: t('cancel') } as const
  return ElMessageBox.confirm(question, does, words).then(
    () => true,
    () => false,
  )
}
