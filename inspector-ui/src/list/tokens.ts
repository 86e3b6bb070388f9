/*
 * Colours for the filter field. The agent alone knows the language (docs/inspector.md); this only finds where words begin and end,
 * so that every character of the text comes back in some piece.
 */
import type { Gap } from '../api/types';

export type PieceKind = 'key' | 'value' | 'not' | 'word' | 'group' | 'space' | 'flag';

export interface Piece {
  kind: PieceKind;
  text: string;
  from: number;
}

export const FLAGS = [
  'late',
  'replay',
  'imported',
  'redelivery',
  'duplicate',
  'kept',
  'pinned',
  'multi',
  'pending',
  'pass',
  'verify',
  'problem',
  'lost',
  'truncated',
  'withdrawn',
  'simulated',
];

const QUOTED = '"(?:[^"\\\\]|\\\\.)*"?';
const WORD = `(?:[<>]=?)?(?:${QUOTED}|[^\\s\\u3000"()（）,，]+)`;
const TOKEN = new RegExp(
  [
    '(?<space>[\\s\\u3000]+)',
    '(?<group>[()（）])',
    '(?<not>-(?=\\S))',
    `(?<key>[A-Za-z][\\w-]*[:：])(?<value>(?:${WORD})?(?:[,，](?:${WORD})?)*)`,
    `(?<word>${QUOTED}|[^\\s\\u3000()（）]+)`,
  ].join('|'),
  'gy',
);

export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
    const groups = match.groups ?? {};
    const add = (kind: PieceKind, part: string | undefined, from = match.index) => {
      if (part) found.push({ kind, text: part, from });
    };
    add('space', groups.space);
    add('group', groups.group);
    add('not', groups.not);
    add('key', groups.key);
    add('value', groups.value, match.index + (groups.key?.length ?? 0));
    const { word } = groups;
    add(
      word === 'OR' ? 'group' : FLAGS.includes(word?.toLowerCase() ?? '') ? 'flag' : 'word',
      word,
    );
  }
  return found;
}

/** The text without one of its parts, for "Drop since:10m". */
export function without(text: string, part: string): string {
  const at = text.indexOf(part);
  if (at < 0) return text;
  return `${text.slice(0, at)} ${text.slice(at + part.length)}`.replace(/[\s\u3000]+/g, ' ').trim();
}

/** What came while the link was away, in local time as the agent reads it. */
export function gapFilter(gap: Gap): string {
  const local = (at: number) => {
    const date = new Date(at);
    const two = (value: number) => String(value).padStart(2, '0');
    const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
    return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  };
  const until = gap.to === null ? '' : ` until:${local(gap.to + 1000)}`;
  return `since:${local(gap.from)}${until}`;
}

export interface Token {
  pieces: Piece[];
  /** Drawn as one chip: a key with its value, or a flag. */
  tok: boolean;
  wrong: boolean;
}

const CHIP: readonly PieceKind[] = ['not', 'key', 'value', 'flag'];

/** Pieces that belong together, and where the agent says that something is wrong. */
export function tokens(text: string, error: { offset: number; length: number } | null): Token[] {
  const found: Token[] = [];
  for (const piece of pieces(text)) {
    const last = found.at(-1);
    const before = last?.pieces.at(-1)?.kind;
    const joins =
      (piece.kind === 'value' && before === 'key') ||
      (before === 'not' && CHIP.includes(piece.kind));
    if (last && joins) last.pieces.push(piece);
    else found.push({ pieces: [piece], tok: false, wrong: false });
  }
  const end = error ? error.offset + Math.max(1, error.length) : 0;
  for (const token of found) {
    token.tok = token.pieces.some((piece) => piece.kind === 'key' || piece.kind === 'flag');
    token.wrong =
      error !== null &&
      token.pieces.some(
        (piece) =>
          piece.from < end &&
          piece.from + piece.text.length > error.offset &&
          piece.kind !== 'space',
      );
  }
  return found;
}
