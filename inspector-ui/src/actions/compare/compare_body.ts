import { pointerFits } from '../../detail/code/json_scan';
import { type Line, prettyJson, rawLines } from '../../detail/code/pretty';
import { type DiffRow, diffLines } from './line_diff';

export interface Side {
  lines: Line[];
  /** what a line is compared by */
  keys: string[];
  texts: string[];
}

export interface Comparison {
  a: Side;
  b: Side;
  rows: DiffRow[];
  differ: number;
  same: number;
  ignored: number;
}

function plain(line: Line): string {
  return line.pieces.map((p) => p.t).join('');
}

/** The line without its value, when that differs anyway. */
function keyOf(line: Line, text: string, volatile: readonly string[]): string {
  const pointer = line.pointer;
  if (pointer === undefined || !volatile.some((p) => pointerFits(p, pointer))) return text;
  return line.pieces.map((p) => ('snl'.includes(p.c) && p.c !== '' ? '\u0000' : p.t)).join('');
}

export function side(text: string, volatile: readonly string[]): Side {
  const pretty = prettyJson(text, { inline: 0, pointers: true });
  const lines = Array.isArray(pretty) ? pretty : rawLines(text);
  const texts = lines.map(plain);
  const keys = lines.map((line, i) => keyOf(line, texts[i] as string, volatile));
  return { lines, keys, texts };
}

export function compareBodies(a: string, b: string, volatile: readonly string[]): Comparison {
  return compareSides(side(a, volatile), side(b, volatile));
}

export function compareSides(a: Side, b: Side): Comparison {
  const rows = diffLines(a.keys, b.keys);
  let same = 0;
  let ignored = 0;
  for (const row of rows) {
    if (row.kind !== 'same') continue;
    same++;
    if (a.texts[row.a] !== b.texts[row.b]) ignored++;
  }
  return { a, b, rows, differ: rows.length - same, same, ignored };
}

/** Header fields as lines "name: value"; `volatile` names them in lower case. */
export function headerSide(
  fields: readonly (readonly [string, string | null])[],
  volatile: readonly string[],
): Side {
  const sorted = [...fields].sort((x, y) => (x[0].toLowerCase() < y[0].toLowerCase() ? -1 : 1));
  const lines: Line[] = sorted.map(([name, value]) => ({
    pieces: [
      { c: 'k', t: name },
      { c: 'p', t: ': ' },
      { c: value === null ? 'l' : '', t: value ?? '•••' },
    ],
  }));
  const texts = lines.map(plain);
  const keys = sorted.map(([name], i) =>
    volatile.includes(name.toLowerCase()) ? `${name.toLowerCase()}\u0000` : (texts[i] as string),
  );
  return { lines, keys, texts };
}

interface Text {
  charset: string;
  text: string | null;
}

/** null: one of the two is not text. */
export function compareText(
  a: Text | undefined,
  b: Text | undefined,
  volatile: readonly string[],
): { a: Side; b: Side } | null {
  if (a?.charset === 'binary' || b?.charset === 'binary') return null;
  return { a: side(a?.text ?? '', volatile), b: side(b?.text ?? '', volatile) };
}
