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
  /** Its address where it takes one. */
  params?: Record<string, string>
  /** The page that it is reached from. */
  under?: string
}

/** In the order of their links. */
export const PAGES = {
  desk: { title: 'navDesk', to: answersCalls, link: 'bar' },
  work: { title: 'navWork', link: 'bar', params: { list: 'mine' } },
  cases: { title: 'navCases', link: 'bar' },
  case: { title: 'relatedCase', under: 'cases' },
  calls: { title: 'navCalls', link: 'bar' },
  call: { title: 'callTitle', under: 'calls' },
  callbacks: { title: 'navCallbacks', link: 'bar' },
  risk: { title: 'navRisk', to: supervises, link: 'bar' },
  agents: { title: 'navAgents', link: 'bar' },
  quality: { title: 'navQuality', to: supervises, link: 'manage' },
  notices: { title: 'navNotices', link: 'manage', linkTo: supervises },
  trees: { title: 'navTrees', to: tunes, link: 'manage' },
  tree: { title: 'treeName', to: tunes, under: 'trees' },
  speech: { title: 'navSpeech', to: tunes, link: 'manage' },
  words: { title: 'navWords', to: tunes, link: 'manage' },
  staff: { title: 'navStaff', to: supervises, link: 'manage' },
  centres: { title: 'navCentres', to: supervises, link: 'manage' },
  webhooks: { title: 'navWebhooks', to: administersCentres, link: 'manage' },
  tokens: { title: 'navTokens', to: administers, link: 'manage' },
  audit: { title: 'navAudit', to: audits, link: 'manage' },
} as const satisfies Record<string, Page>

export type PageName = keyof typeof PAGES
const pages: Record<PageName, Page> = PAGES

/** What is known of a screen; undefined for a name that is none. */
export const pageOf = (name: unknown): Page | undefined =>
  Object.hasOwn(pages, String(name)) ? pages[name as PageName] : undefined

export const isFor = (name: unknown, roles: string[]): boolean => pageOf(name)?.to?.(roles) ?? true

/** The links of one place that are of use to `roles`. */
export const links = (place: Page['link'], roles: string[]): PageName[] =>
  (Object.keys(pages) as PageName[]).filter((name) => {
    const { link, linkTo } = pages[name]
    return link === place && isFor(name, roles) && (linkTo?.(roles) ?? true)
  })
