/** A screen an address; the part after # stays in the browser. */
import { createRouter, createWebHashHistory, type RouteRecordRaw } from 'vue-router'
import AgentsPage from './agents/AgentsPage.vue'
import AuditPage from './audit/AuditPage.vue'
import CallbacksPage from './callbacks/CallbacksPage.vue'
import CallPage from './calls/CallPage.vue'
import CallsPage from './calls/CallsPage.vue'
import CasePage from './cases/CasePage.vue'
import CasesPage from './cases/CasesPage.vue'
import { lookingOf } from './cases/looking'
import CentresPage from './centres/CentresPage.vue'
import DeskPage from './desk/DeskPage.vue'
import MissingPage from './frame/MissingPage.vue'
import NoticesPage from './notices/NoticesPage.vue'
import QualityPage from './quality/QualityPage.vue'
import StaffPage from './staff/StaffPage.vue'
import TokensPage from './tokens/TokensPage.vue'
import WebhooksPage from './webhooks/WebhooksPage.vue'
import type { PageName } from './pages'
import { LISTS, type List } from './work/workStore'
import WorkPage from './work/WorkPage.vue'
import WarningsPage from './risk/WarningsPage.vue'

/** Apart from what every agent loads: few have the role for them, and they are large. */
const TreesPage = () => import('./trees/TreesPage.vue')
const SpeechPage = () => import('./speech/SpeechPage.vue')
const WordsPage = () => import('./vocabulary/WordsPage.vue')
const TreeEditorPage = () => import('./trees/TreeEditorPage.vue')

/** A screen has a title, and says whom it is for: see `pages.ts`. */
type Screen = RouteRecordRaw & { name: PageName }

const screens: Screen[] = [
  { path: '/', name: 'desk', component: DeskPage },
  {
    path: `/work/:list(${LISTS.join('|')})`,
    name: 'work',
    component: WorkPage,
    props: ({ params }) => ({ list: params.list as List }),
  },
  { path: '/cases', name: 'cases', component: CasesPage, props: ({ query }) => ({ looking: lookingOf(query) }) },
  { path: '/cases/:id(\\d+)', name: 'case', component: CasePage, props: ({ params }) => ({ id: Number(params.id) }) },
  {
    path: '/calls',
    name: 'calls',
    component: CallsPage,
    props: ({ query }) => ({ q: String(query.q ?? ''), by: query.by === 'sound' ? 'sound' : 'word' }),
  },
  {
    path: '/calls/:id(\\d+)',
    name: 'call',
    component: CallPage,
    props: ({ params, query }) => ({ id: Number(params.id), at: String(query.at ?? '') }),
  },
  { path: '/callbacks', name: 'callbacks', component: CallbacksPage },
  { path: '/notices', name: 'notices', component: NoticesPage },
  { path: '/risk', name: 'risk', component: WarningsPage },
  { path: '/quality', name: 'quality', component: QualityPage },
  { path: '/staff', name: 'staff', component: StaffPage },
  { path: '/centres', name: 'centres', component: CentresPage },
  { path: '/tokens', name: 'tokens', component: TokensPage },
  { path: '/webhooks', name: 'webhooks', component: WebhooksPage },
  { path: '/audit', name: 'audit', component: AuditPage },
  { path: '/agents', name: 'agents', component: AgentsPage },
  { path: '/speech', name: 'speech', component: SpeechPage },
  { path: '/words', name: 'words', component: WordsPage },
  { path: '/trees', name: 'trees', component: TreesPage },
  { path: '/trees/:name', name: 'tree', component: TreeEditorPage, props: true },
  { path: '/:rest(.*)', name: 'missing', component: MissingPage },
]

export const router = createRouter({
  history: createWebHashHistory(),
  routes: screens,
})
