/** The API by HTTP: one request, one answer or one `Problem`. */
import { noteServerDate } from './now'
import { language, t } from './words'

/** What the API refused (`status` > 0), or that it could not be reached (`status` 0). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly remedy = '',
  ) {
    super(message)
  }

  get unreachable(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504
  }
}

interface ProblemBody {
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
  return new Problem(status, body.code ?? '', message || `${t('serverError')} (${status})`, body.remedy)
}

/** Throws `Problem`. `etag` goes out as If-Match. */
export async function api<T>(method: string, path: string, body?: unknown, etag?: string): Promise<T> {
  const headers: Record<string, string> = { 'Accept-Language': language }
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (etag) headers['If-Match'] = etag
  let answer: Response
  try {
    const content = body === undefined ? undefined : JSON.stringify(body)
    answer = await fetch(`/api/v1${path}`, { method, headers, body: content, keepalive: method !== 'GET' })
  } catch {
    throw new Problem(0, 'unreachable', t('unreachable'), t('unreachableRemedy'))
  }
  noteServerDate(answer.headers.get('date'))
  if (answer.status === 204) return undefined as T
  const isJson = answer.headers.get('content-type')?.includes('json')
  const data: unknown = isJson ? await answer.json() : {}
  if (!answer.ok) throw asProblem(answer.status, data as ProblemBody)
  return data as T
}
