/** The prompts that the open tree may say. */
import { shallowRef } from 'vue'

export interface Prompt {
  name: string
  text: string
}
export const prompts = shallowRef<Prompt[]>([])

/** What a prompt says; empty where it is not known. */
export const spokenText = (name: string): string => prompts.value.find((prompt) => prompt.name === name)?.text ?? ''
