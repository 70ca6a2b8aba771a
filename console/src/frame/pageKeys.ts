/** The keys that a page listens to itself, for the list of keys. */
import type { PageName } from '../pages'
import type { Word } from '../shared/words'

type Told = readonly [keys: string, what: Word]

const LIST: readonly Told[] = [
  ['J / ↓', 'keyNext'],
  ['K / ↑', 'keyPrevious'],
  ['Enter', 'keyOpen'],
]
const NEW: Told = ['N', 'caseNew']
const REGISTER: Told = ['Ctrl+Enter', 'register']

export const PAGE_KEYS: Partial<Record<PageName, readonly Told[]>> = {
  desk: [REGISTER],
  case: [['Alt+1 … 9', 'keyAction'], REGISTER, ['Ctrl+Enter', 'keySubmit']],
  work: [NEW, ...LIST],
  cases: [NEW, ...LIST],
  calls: LIST,
  risk: LIST,
  staff: LIST,
  trees: LIST,
  centres: [['Ctrl+Enter', 'save']],
  tree: [
    ['Ctrl+Z', 'undo'],
    ['Ctrl+Shift+Z / Ctrl+Y', 'redo'],
    ['Ctrl+F', 'keyFindNode'],
    ['Delete', 'keyDeleteNode'],
  ],
}
