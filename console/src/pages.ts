/** Every screen: what it is called, whom it is of use to, and where its link stands. */
import { administers, administersCentres, answersCalls, audits, supervises, tunes } from './shared/roles'
import type { Word } from './shared/words'

interface Page {
  title: Word
  /** Whose roles it is of use to; all, where none is named. */
  to?: (roles: string[]) => boolean
  /** Whose link it is, where others come to it from their own menu. */
  linkTo?: (roles: string[]) => boolean
  /** In the bar, or in its menu of what is seldom needed. */
  link?: 'bar' | 'manage'
  /** After `g`, the key that leads to it. */
  key?: string
  /** Its address where it takes one. */
  params?: Record<string, string>
  /** The page that it is reached from. */
  under?: string
}

/** In the order of their links. */
export const PAGES = {
  desk: { title: 'navDesk', to: answersCalls, link: 'bar', key: 'd' },
  work: { title: 'navWork', link: 'bar', key: 'w', params: { list: 'mine' } },
  cases: { title: 'navCases', link: 'bar', key: 'c' },
  case: { title: 'relatedCase', under: 'cases' },
  calls: { title: 'navCalls', link: 'bar', key: 'l' },
  call: { title: 'callTitle', under: 'calls' },
  callbacks: { title: 'navCallbacks', link: 'bar', key: 'b' },
  risk: { title: 'navRisk', to: supervises, link: 'bar', key: 'r' },
  agents: { title: 'navAgents', link: 'bar', key: 'a' },
  quality: { title: 'navQuality', to: supervises, link: 'manage', key: 'q' },
  notices: { title: 'navNotices', link: 'manage', key: 'n', linkTo: supervises },
  trees: { title: 'navTrees', to: tunes, link: 'manage', key: 't' },
  tree: { title: 'treeName', to: tunes, under: 'trees' },
  speech: { title: 'navSpeech', to: tunes, link: 'manage', key: 'p' },
  words: { title: 'navWords', to: tunes, link: 'manage', key: 'v' },
  staff: { title: 'navStaff', to: supervises, link: 'manage', key: 's' },
  centres: { title: 'navCentres', to: supervises, link: 'manage', key: 'e' },
  webhooks: { title: 'navWebhooks', to: administersCentres, link: 'manage', key: 'h' },
  tokens: { title: 'navTokens', to: administers, link: 'manage', key: 'k' },
  audit: { title: 'navAudit', to: audits, link: 'manage', key: 'u' },
  missing: { title: 'pageMissing' },
} as const satisfies Record<string, Page>

export type PageName = keyof typeof PAGES
const pages: Record<PageName, Page> = PAGES

/** What is known of a screen; undefined for a name that is none. */
export const pageOf = (name: unknown): Page | undefined =>
  Object.hasOwn(pages, String(name)) ? pages[name as PageName] : undefined

export const isFor = (name: unknown, roles: string[]): boolean => pageOf(name)?.to?.(roles) ?? true

/** Where someone begins: only agents have a desk; those who tune trees begin there. */
export const homeOf = (roles: string[]): PageName =>
  answersCalls(roles) ? 'desk' : roles.includes('ivr_admin') ? 'trees' : 'cases'

/** The links of one place that are of use to `roles`. */
export const links = (place: Page['link'], roles: string[]): PageName[] =>
  (Object.keys(pages) as PageName[]).filter((name) => {
    const { link, linkTo } = pages[name]
    return link === place && isFor(name, roles) && (linkTo?.(roles) ?? true)
  })
