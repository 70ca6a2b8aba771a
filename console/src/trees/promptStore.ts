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
  etag: string
}
export interface Voice {
  name: string
  label: string
  language: string
  engine: string
}

/** Something to be heard: what it is, and how to get it. */
interface Sound {
  what: string
  get: () => Promise<Blob>
}

export const prompts = shallowRef<Prompt[]>([])
export const voices = shallowRef<Voice[]>([])
/** What sounds now: a prompt's name or the words read out; empty for silence. */
export const listening = ref('')

let language = ''
const player = typeof Audio === 'undefined' ? null : new Audio()
if (player) player.onended = () => void ((listening.value = ''), next())
/** What sounds after it, in order. */
let following: Sound[] = []

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
  following = []
  player?.pause()
  listening.value = ''
}

/** Sound `get`; asked again while it sounds, it stops. */
export async function sound({ what, get }: Sound): Promise<void> {
  const again = listening.value === what
  silence()
  if (!again) await begin({ what, get })
}
/** Sound all of it, one after the other. */
export function inTurn(sounds: Sound[]): void {
  silence()
  following = sounds
  next()
}
function next(): void {
  const first = following.shift()
  if (first) void begin(first)
}

async function begin({ what, get }: Sound): Promise<void> {
  if (!player) return
  listening.value = what
  const played = await doing(async () => {
    const file = await get()
    if (listening.value !== what) return
    URL.revokeObjectURL(player.src)
    player.src = URL.createObjectURL(file)
    await player.play()
  })
  if (!played && listening.value === what) silence()
}

export const recorded = (name: string): Sound => ({ what: name, get: () => download('GET', at(name)) })
export const readOut = (text: string, voice: string): Sound => ({
  what: text,
  get: () => download('POST', '/prompts/speech', { text, voice }),
})
export const listen = (name: string): Promise<void> => sound(recorded(name))
export const listenTo = (text: string, voice: string): Promise<void> => sound(readOut(text, voice))

/** What a prompt that nobody knew of is changed from. */
export const UNSET = '"0"'
/** `etag`: of the prompt as it was shown. Throws `Problem`. */
export async function keepRecording(name: string, file: Blob, text: string, etag: string): Promise<void> {
  await upload('PUT', `${at(name)}?text=${encodeURIComponent(text)}`, file, { etag })
  await loadPrompts(language)
}
/** `etag`: of the prompt as it was shown. Throws `Problem`. */
export async function keepSpeech(name: string, text: string, voice: string, etag: string): Promise<void> {
  await api('POST', at(name), { text, voice }, etag)
  await loadPrompts(language)
}
/** Throws `Problem`. */
export async function forget(name: string): Promise<void> {
  await api('DELETE', at(name))
  await loadPrompts(language)
}
