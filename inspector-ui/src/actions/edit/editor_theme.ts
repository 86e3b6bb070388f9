/* How the editor looks: the page's tokens, nothing else. */
import { EditorView } from '@codemirror/view';

export const EDITOR_THEME = EditorView.theme({
  '&': { height: '100%', color: 'var(--c-text)', background: 'var(--c-panel)', fontSize: '12px' },
  '&.cm-focused': { outline: '2px solid var(--c-focus)', outlineOffset: '-2px' },
  '.cm-scroller': {
    fontFamily: 'var(--f-mono)',
    lineHeight: '19px',
    fontVariantLigatures: 'none',
    overflow: 'auto',
  },
  '.cm-content': { padding: '8px 0', caretColor: 'var(--c-text)' },
  '.cm-line': { padding: '0 12px 0 8px' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--c-text)' },
  '.cm-gutters': { background: 'none', border: '0', color: 'var(--c-text-3)', fontSize: '11px' },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '36px', padding: '0 6px 0 0' },
  '.cm-activeLine': { background: 'color-mix(in srgb, var(--c-hover) 70%, transparent)' },
  '.cm-line.hk-changed': { background: 'var(--c-add)' },
  '& > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground':
    { background: 'color-mix(in srgb, var(--c-focus) 28%, transparent)' },
  '.cm-matchingBracket': {
    background: 'var(--c-selected) !important',
    outline: '1px solid var(--c-line-2)',
  },
  '.cm-selectionMatch': { background: 'color-mix(in srgb, var(--c-mark) 55%, transparent)' },
  '.cm-specialChar': { color: 'var(--c-warn)' },
  '.cm-searchMatch': { background: 'var(--c-mark)' },
  '.cm-searchMatch-selected': { outline: '1px solid var(--c-warn-mark)' },
  '.cm-panels': {
    background: 'var(--c-sunken)',
    color: 'var(--c-text)',
    borderColor: 'var(--c-line)',
    font: 'var(--t-12) var(--f-ui)',
  },
  '.cm-panel.cm-search': { padding: '6px 28px 6px 12px' },
  '.cm-textfield': {
    background: 'var(--c-panel)',
    border: '1px solid var(--c-control)',
    borderRadius: 'var(--r-1)',
    color: 'var(--c-text)',
    fontSize: '12px',
  },
  '.cm-button': {
    background: 'var(--c-panel)',
    border: '1px solid var(--c-line-2)',
    borderRadius: 'var(--r-1)',
    color: 'var(--c-text)',
    fontSize: '12px',
    padding: '2px 8px',
  },
  '.cm-tooltip': {
    background: 'var(--c-raised)',
    border: '1px solid var(--c-line-2)',
    borderRadius: 'var(--r-2)',
    color: 'var(--c-text)',
  },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--c-bad-mark)',
    textUnderlineOffset: '3px',
  },
  '.cm-diagnostic': { font: 'var(--t-12) var(--f-ui)', borderLeft: '3px solid var(--c-bad-mark)' },
  '.hk-label': {
    marginLeft: '12px',
    padding: '1px 5px',
    borderRadius: '3px',
    font: '11px/15px var(--f-ui)',
    color: 'var(--c-made)',
    background: 'var(--c-made-tint)',
    userSelect: 'none',
  },
});
