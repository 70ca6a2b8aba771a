/** What the public's page asks of the hotline. */
import { solve } from './proof'
import { language, say } from './words'

interface Refusal {
  message?: string
  remedy?: string
  errors?: { problem: string }[]
}

/** What a refusal says, and what to do about it. */
function told(refusal: Refusal): string {
  const wrong = refusal.errors?.map((each) => each.problem).join('; ')
  return [refusal.message, wrong || refusal.remedy].filter(Boolean).join(' ')
}

/** What the hotline answers; throws an Error whose message is for who reads the page. */
export async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const headers = { 'Content-Type': 'application/json', 'Accept-Language': language }
  const sent = { method, headers, body: body && JSON.stringify(body) } as RequestInit
  const answer = await fetch(`/api/v1/public/${path}`, sent).catch(() => {
    throw new Error(say('unreachable'))
  })
  // What stands between may answer with a page of its own.
  const content = (await answer.json().catch(() => ({}))) as T & Refusal
  if (!answer.ok) throw new Error(told(content) || say('unreachable'))
  return content
}

/** As `call`, with a challenge solved before. */
export async function callProved<T>(path: string, body: Record<string, unknown>): Promise<T> {
  const { challenge, bits } = await call<{ challenge: string; bits: number }>('GET', 'challenge')
  return await call<T>('POST', path, { ...body, challenge, nonce: await solve(challenge, bits) })
}

/** Send a file's bytes; `moved` is told how much of it is gone, 0 to 1. Throws as `call` does. */
export function upload(file: File, pass: string, moved: (share: number) => void): Promise<void> {
  return new Promise((done, failed) => {
    // Not fetch: it tells nothing of how far a body is sent.
    const request = new XMLHttpRequest()
    request.open('POST', `/api/v1/public/evidence?name=${encodeURIComponent(file.name)}`)
    request.setRequestHeader('Content-Type', 'application/octet-stream')
    request.setRequestHeader('Accept-Language', language)
    request.setRequestHeader('Upload-Pass', pass)
    request.responseType = 'json'
    request.upload.onprogress = (event) => moved(event.lengthComputable ? event.loaded / event.total : 0)
    request.onerror = () => failed(new Error(say('unreachable')))
    request.onload = () => {
      if (request.status === 201) done()
      else failed(new Error(told((request.response as Refusal | null) ?? {}) || say('unreachable')))
    }
    request.send(file)
  })
}
