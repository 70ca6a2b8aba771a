/** What the browser's tab says. */
import { ref, watch } from 'vue'
import { t } from './words'

/** The screen's name; empty before the log-in. */
export const screen = ref('')

export const titled = (): string => [screen.value, t('title')].filter(Boolean).join(' · ')
watch(screen, () => (document.title = titled()), { immediate: true })
