/** The draft's text with its history: canvas, form and YAML view all change this one, so undo takes back any of them. */
import { autocompletion, type CompletionSource } from '@codemirror/autocomplete'
import {
  defaultKeymap,
  history,
  historyKeymap,
  indentWithTab,
  isolateHistory,
  redo,
  redoDepth,
  undo,
  undoDepth,
} from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import {
  bracketMatching,
  defaultHighlightStyle,
  foldGutter,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from '@codemirror/language'
import { lintGutter } from '@codemirror/lint'
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search'
import { Compartment, EditorState, type Extension, Transaction } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view'
import { computed, shallowRef } from 'vue'
import { sharedEnds } from './document'

const completing = new Compartment()
const locked = new Compartment()

const extensions: Extension[] = [
  lineNumbers(),
  foldGutter(),
  lintGutter(),
  history(),
  drawSelection(),
  indentOnInput(),
  indentUnit.of('  '),
  bracketMatching(),
  completing.of(autocompletion()),
  locked.of(EditorState.readOnly.of(false)),
  highlightActiveLine(),
  highlightSelectionMatches(),
  syntaxHighlighting(defaultHighlightStyle, { fallback: true }),
  yaml(),
  EditorView.lineWrapping,
  keymap.of([...defaultKeymap, ...searchKeymap, ...historyKeymap, indentWithTab]),
]

const state = shallowRef(EditorState.create())
let view: EditorView | null = null

export const text = computed(() => state.value.doc.toString())
export const undoable = computed(() => undoDepth(state.value) > 0)
export const redoable = computed(() => redoDepth(state.value) > 0)
/** The line (from 1) of the cursor. */
export const cursorLine = computed(() => state.value.doc.lineAt(state.value.selection.main.head).number)

/** Another text, with no history behind it. */
export function begin(content: string): void {
  state.value = EditorState.create({ doc: content, extensions })
  view?.setState(state.value)
}

function dispatch(transaction: Transaction): void {
  if (view) view.dispatch(transaction)
  else state.value = transaction.state
}

function replaced(next: string, event: string, alone: boolean): Transaction {
  const before = text.value
  const { head, tail } = sharedEnds(before, next)
  return state.value.update({
    changes: { from: head, to: before.length - tail, insert: next.slice(head, next.length - tail) },
    annotations: [Transaction.userEvent.of(event), ...(alone ? [isolateHistory.of('full')] : [])],
  })
}

/** One step for undo. */
export function change(next: string): void {
  if (next !== text.value) dispatch(replaced(next, 'input.canvas', true))
}

/** Typed in a form: what is typed without a pause is one step for undo. */
export function type(next: string): void {
  if (next !== text.value) dispatch(replaced(next, 'input.type.form', false))
}

/** Someone else's text takes this one's place; undo brings it back. */
export const take = change

export const undoStep = (): void => void undo({ state: state.value, dispatch })
export const redoStep = (): void => void redo({ state: state.value, dispatch })

/** Whether the YAML view takes no typing. */
export function lock(closed: boolean): void {
  const effects = locked.reconfigure([EditorState.readOnly.of(closed), EditorView.editable.of(!closed)])
  dispatch(state.value.update({ effects }))
}

/** Show the text in `parent`, completed from `source`, until the returned function is called. */
export function show(parent: HTMLElement, source: CompletionSource, more: (view: EditorView) => void): () => void {
  const effects = completing.reconfigure(autocompletion({ override: [source] }))
  state.value = state.value.update({ effects }).state
  const mine = new EditorView({
    parent,
    state: state.value,
    dispatchTransactions: (transactions, shown) => {
      shown.update(transactions)
      state.value = shown.state
    },
  })
  view = mine
  more(mine)
  return () => {
    if (view === mine) view = null
    mine.destroy()
  }
}
