/** Every text on the screen, in the language this browser was set to. */
import { en } from './words.en'
import { zh } from './words.zh'

export type Word = keyof typeof zh

const chosen = typeof localStorage === 'undefined' ? null : localStorage.getItem('language')
export const language: 'zh-CN' | 'en' = chosen === 'en' ? 'en' : 'zh-CN'
/** For dates: day before month, 24 h in English too. */
export const locale = language === 'en' ? 'en-GB' : 'zh-CN'

const texts = language === 'en' ? en : zh

export const t = (word: Word): string => texts[word]

/** The text of a code the server sent (`reason_` + `meal`), or the code itself where there is none. */
export function tCode(prefix: string, code: string): string {
  const word = prefix + code
  return Object.hasOwn(texts, word) ? texts[word as Word] : code
}

/** A name that the server gives in both languages, as a title. */
export function tNamed(named: { zh: string; en: string }): string {
  return language === 'en' ? named.en.charAt(0).toUpperCase() + named.en.slice(1) : named.zh
}

export function tIntent(intent: string): string {
  const own = `${intent}_intent`
  return Object.hasOwn(texts, own) ? texts[own as Word] : tCode('', intent)
}

export function switchLanguage(): void {
  localStorage.setItem('language', language === 'en' ? 'zh-CN' : 'en')
  location.reload()
}
