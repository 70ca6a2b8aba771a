/** The prompts that the open tree may say: heard in place, recorded, read out. */
import { ref, shallowRef, watch } from 'vue'
import { api, download, upload } from '../shared/api'
import { doing, tell } from '../shared/told'
import { latest } from './treeEvents'

export interface Prompt {
  language: string
  name: string
  source: 'shipped' | 'recording' | 'speech'
  duration_ms: number
  text: string
  voice: string
  used_by: string[]
}
export interface Voice {
  name: string
  label: string
  language: string
  engine: string
}

export const prompts = shallowRef<Prompt[]>([])
export const voices = shallowRef<Voice[]>([])
/** What sounds now: a prompt's name or the words read out; empty for silence. */
export const listening = ref('')

let language = ''
const player = typeof Audio === 'undefined' ? null : new Audio()
if (player) player.onended = () => void (listening.value = '')

/** What a prompt says; empty where it is not known. */
export const spokenText = (name: string): string => prompts.value.find((prompt) => prompt.name === name)?.text ?? ''

const at = (name: string): string => `/prompts/${language}/${name.split('/').map(encodeURIComponent).join('/')}`

/** Throws `Problem`. */
export async function loadPrompts(of: string): Promise<void> {
  language = of
  prompts.value = await api<Prompt[]>('GET', `/prompts?language=${encodeURIComponent(of)}`)
}
export async function loadVoices(): Promise<void> {
  voices.value = await api<Voice[]>('GET', '/prompts/voices')
}
watch(latest, (event) => {
  if (event?.kind.startsWith('prompt.') && language) void loadPrompts(language).catch(tell)
})

export function silence(): void {
  player?.pause()
  listening.value = ''
}

/** Sound `get`; asked again while it sounds, it stops. */
export async function sound(what: string, get: () => Promise<Blob>): Promise<void> {
  const again = listening.value === what
  silence()
  if (again || !player) return
  listening.value = what
  const played = await doing(async () => {
    const file = await get()
    if (listening.value !== what) return
    URL.revokeObjectURL(player.src)
    player.src = URL.createObjectURL(file)
    await player.play()
  })
  if (!played && listening.value === what) listening.value = ''
}

export const listen = (name: string): Promise<void> => sound(name, () => download('GET', at(name)))
export const listenTo = (text: string, voice: string): Promise<void> =>
  sound(text, () => download('POST', '/prompts/speech', { text, voice }))

/** Throws `Problem`. */
export async function keepRecording(name: string, file: Blob, text: string): Promise<void> {
  await upload('PUT', `${at(name)}?text=${encodeURIComponent(text)}`, file)
  await loadPrompts(language)
}
/** Throws `Problem`. */
export async function keepSpeech(name: string, text: string, voice: string): Promise<void> {
  await api('POST', at(name), { text, voice })
  await loadPrompts(language)
}
/** Throws `Problem`. */
export async function forget(name: string): Promise<void> {
  await api('DELETE', at(name))
  await loadPrompts(language)
}
