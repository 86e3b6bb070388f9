/*
 * The editor: CodeMirror in a shadow root, where its style sheets are constructed and the page's CSP has nothing to
 * forbid. Colours come from the page's custom properties, which reach into the shadow.
 */
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from '@codemirror/language';
import { type Diagnostic, linter } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension, Prec, StateEffect, StateField } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  WidgetType,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { isScan, scanJson } from '../../detail/code/json_scan';
import { EDITOR_THEME } from './editor_theme';

/** A word beside a line: what happens to its value when it is sent. */
export interface LineLabel {
  at: number;
  text: string;
}

export interface EditorOptions {
  doc: string;
  label: string;
  phrases: Record<string, string>;
  wrong: string;
  onchange: (doc: string) => void;
  oncursor: (line: number, column: number) => void;
  onsend: () => void;
}

export interface Editor {
  set(doc: string): void;
  /** Lines (from 1) that differ from the recorded ones, and labels. */
  mark(changed: readonly number[], labels: readonly LineLabel[]): void;
  focus(): void;
  destroy(): void;
}

const COLOURS = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--c-key)' },
  { tag: tags.string, color: 'var(--c-str)' },
  { tag: tags.number, color: 'var(--c-num)' },
  { tag: [tags.bool, tags.null], color: 'var(--c-lit)' },
  { tag: tags.punctuation, color: 'var(--c-punct)' },
]);

class LabelWidget extends WidgetType {
  constructor(readonly text: string) {
    super();
  }
  override eq(other: LabelWidget): boolean {
    return other.text === this.text;
  }
  override toDOM(): HTMLElement {
    const element = document.createElement('span');
    element.className = 'hk-label';
    element.textContent = this.text;
    return element;
  }
}

const setMarks = StateEffect.define<DecorationSet>();
const marks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(value, transaction) {
    let next = value.map(transaction.changes);
    for (const effect of transaction.effects) if (effect.is(setMarks)) next = effect.value;
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const changedLine = Decoration.line({ class: 'hk-changed' });

function decorations(
  state: EditorState,
  changed: readonly number[],
  labels: readonly LineLabel[],
): DecorationSet {
  const all = changed
    .filter((line) => line >= 1 && line <= state.doc.lines)
    .map((line) => changedLine.range(state.doc.line(line).from));
  const seen = new Set<number>();
  for (const label of labels) {
    const end = state.doc.lineAt(Math.min(label.at, state.doc.length)).to;
    if (seen.has(end)) continue;
    seen.add(end);
    all.push(Decoration.widget({ widget: new LabelWidget(label.text), side: 1 }).range(end));
  }
  return Decoration.set(all, true);
}

function checks(wrong: string): Extension {
  return linter((view): Diagnostic[] => {
    const scan = scanJson(view.state.doc.toString());
    if (isScan(scan) || view.state.doc.length === 0) return [];
    const from = Math.min(scan.offset, view.state.doc.length);
    return [
      { from, to: Math.min(from + 1, view.state.doc.length), severity: 'error', message: wrong },
    ];
  });
}

function extensions(options: EditorOptions): Extension {
  const send = keymap.of([
    {
      key: 'Mod-Enter',
      run: () => {
        options.onsend();
        return true;
      },
    },
  ]);
  return [
    Prec.highest(send),
    // Only LF ends a line, so that CR LF and lone CR come back as they were.
    EditorState.lineSeparator.of('\n'),
    highlightSpecialChars({ addSpecialChars: /[\u00ad\u061c\u2060-\u206f]/ }),
    lineNumbers(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    search({ top: true }),
    keymap.of([...searchKeymap, ...historyKeymap, ...defaultKeymap]),
    json(),
    checks(options.wrong),
    syntaxHighlighting(COLOURS),
    EDITOR_THEME,
    marks,
    EditorState.phrases.of(options.phrases),
    EditorView.contentAttributes.of({ 'aria-label': options.label, tabindex: '0' }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) options.onchange(update.state.doc.toString());
      if (!update.selectionSet && !update.docChanged) return;
      const head = update.state.selection.main.head;
      const line = update.state.doc.lineAt(head);
      options.oncursor(line.number, head - line.from + 1);
    }),
  ];
}

export function openEditor(host: HTMLElement, options: EditorOptions): Editor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open', delegatesFocus: true });
  const state = EditorState.create({ doc: options.doc, extensions: extensions(options) });
  const view = new EditorView({ state, root, parent: root });
  return {
    set: (doc) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: doc } }),
    mark: (changed, labels) =>
      view.dispatch({ effects: setMarks.of(decorations(view.state, changed, labels)) }),
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
