/** The API by HTTP: one request, one answer or one `Problem`. */
import { onceEach } from './intents'
import { noteServerDate } from './now'
import { language, t } from './words'

/** What the API refused (`status` > 0), or that it could not be reached (`status` 0). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly remedy = '',
    readonly errors: readonly FieldProblem[] = [],
  ) {
    super(message)
  }

  get unreachable(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504
  }
}

/** One thing that is wrong with what was sent. */
export interface FieldProblem {
  field: string
  problem: string
}

interface ProblemBody {
  errors?: FieldProblem[]
  code?: string
  message?: string
  title?: string
  remedy?: string
  detail?: string | { loc: (string | number)[]; msg: string }[]
}

function asProblem(status: number, body: ProblemBody): Problem {
  if (Array.isArray(body.detail)) {
    const fields = body.detail.map((entry) => `${entry.loc.at(-1)}: ${entry.msg}`).join('; ')
    return new Problem(status, 'invalid', t('invalidInput'), fields)
  }
  const message = body.message ?? body.title ?? (typeof body.detail === 'string' ? body.detail : '')
  return new Problem(status, body.code ?? '', message || `${t('serverError')} (${status})`, body.remedy, body.errors)
}

/** A browser refuses larger bodies of requests that are to outlive their page. */
const OUTLIVES_CHARACTERS = 15_000

interface Sent {
  content?: string | Blob
  type?: string
  etag?: string
  key?: string
}

async function request(method: string, path: string, { content, type, etag, key }: Sent): Promise<Response> {
  const headers: Record<string, string> = { 'Accept-Language': language }
  if (type) headers['Content-Type'] = type
  if (etag) headers['If-Match'] = etag
  if (key) headers['Idempotency-Key'] = key
  const keepalive = method !== 'GET' && !(content instanceof Blob) && (content?.length ?? 0) < OUTLIVES_CHARACTERS
  let answer: Response
  try {
    answer = await fetch(`/api/v1${path}`, { method, headers, body: content, keepalive })
  } catch {
    throw new Problem(0, 'unreachable', t('unreachable'), t('unreachableRemedy'))
  }
  noteServerDate(answer.headers.get('date'))
  if (answer.ok) return answer
  throw asProblem(answer.status, (await jsonOf(answer)) as ProblemBody)
}

async function jsonOf(answer: Response): Promise<unknown> {
  return answer.headers.get('content-type')?.includes('json') ? await answer.json() : {}
}

function asJson(body: unknown): Sent {
  return body === undefined ? {} : { content: JSON.stringify(body), type: 'application/json' }
}

/** Throws `Problem`. `etag` goes out as If-Match. */
export async function api<T>(method: string, path: string, body?: unknown, etag?: string): Promise<T> {
  const answer = await request(method, path, { ...asJson(body), etag })
  return (answer.status === 204 ? undefined : await jsonOf(answer)) as T
}

/** A part of a list, and the path of the part that follows; empty at the end. Throws `Problem`. */
export async function page<T>(path: string): Promise<{ items: T[]; next: string }> {
  const answer = await request('GET', path, {})
  const next = /<\/api\/v1([^>]*)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1] ?? ''
  return { items: (await jsonOf(answer)) as T[], next }
}

/** A whole list, part by part. Throws `Problem`. */
export async function all<T>(path: string): Promise<T[]> {
  const found: T[] = []
  for (let next = path; next;) {
    const part = await page<T>(next)
    found.push(...part.items)
    next = part.next
  }
  return found
}

/** Nobody knows whether it was done: the answer was lost, or is still to come. */
const isOpen = (error: unknown): boolean =>
  error instanceof Problem && (error.unreachable || error.code === 'still-in-flight')
const once = onceEach(() => sessionStorage, isOpen)

/** Create something, once: see `onceEach`. Throws `Problem`. */
export function create<T>(path: string, body: unknown): Promise<T> {
  const sent = asJson(body)
  return once(`${path}\n${sent.content as string}`, async (key) => {
    return (await jsonOf(await request('POST', path, { ...sent, key }))) as T
  })
}

/** As `create`, of a file. */
export function createFrom<T>(path: string, file: File): Promise<T> {
  const which = [path, file.name, file.size, file.lastModified].join('\n')
  return once(which, (key) => upload<T>('POST', path, file, { key }))
}

/** A file goes up, as it is; sent again with the same `key` it creates nothing new. Throws `Problem`. */
export async function upload<T>(
  method: string,
  path: string,
  file: Blob,
  given: { key?: string; etag?: string } = {},
): Promise<T> {
  const answer = await request(method, path, { content: file, type: file.type || 'application/octet-stream', ...given })
  return (await jsonOf(answer)) as T
}

/** A file comes down. Throws `Problem`. */
export async function download(method: string, path: string, body?: unknown): Promise<Blob> {
  return await (await request(method, path, asJson(body))).blob()
}
