/**
 * A line by line comparison (Myers' O(ND)), with rows for two columns: lines that were
 * replaced stand beside each other.
 */

export interface DiffRow {
  kind: 'same' | 'changed' | 'removed' | 'added';
  /** index of the line on each side; -1 where there is none */
  a: number;
  b: number;
}

const EDITS_MAX = 1000;

interface Range {
  a0: number;
  a1: number;
  b0: number;
  b1: number;
}

function trim(a: readonly string[], b: readonly string[]): Range {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  )
    tail++;
  return { a0: head, a1: a.length - tail, b0: head, b1: b.length - tail };
}

/** Is the furthest way to diagonal k a step down (a line of b alone)? */
function isDown(reached: (k: number) => number, k: number, d: number): boolean {
  return k === -d || (k !== d && reached(k - 1) < reached(k + 1));
}

/** How far one gets from (x, y) over equal lines. */
function slide(a: readonly string[], b: readonly string[], r: Range, x: number, y: number): number {
  let i = r.a0 + x;
  let j = r.b0 + y;
  while (i < r.a1 && j < r.b1 && a[i] === b[j]) {
    i++;
    j++;
  }
  return i - r.a0;
}

/** How far each diagonal gets with d edits, for each d; null if it takes too many. */
function frontiers(a: readonly string[], b: readonly string[], r: Range): Int32Array[] | null {
  const most = Math.min(r.a1 - r.a0 + (r.b1 - r.b0), EDITS_MAX);
  const v = new Int32Array(2 * most + 3);
  const reached = (k: number): number => v[most + 1 + k] as number;
  const trace: Int32Array[] = [];
  for (let d = 0; d <= most; d++) {
    trace.push(v.slice(most - d, most + d + 3));
    for (let k = -d; k <= d; k += 2) {
      const from = isDown(reached, k, d) ? reached(k + 1) : reached(k - 1) + 1;
      const x = slide(a, b, r, from, from - k);
      v[most + 1 + k] = x;
      if (r.a0 + x >= r.a1 && r.b0 + x - k >= r.b1) return trace;
    }
  }
  return null;
}

/** Where the way to diagonal k came from with one edit less. */
function before(v: Int32Array, k: number, d: number): [number, number] {
  if (d === 0) return [0, 0];
  const reached = (one: number): number => v[one + d + 1] as number;
  const from = isDown(reached, k, d) ? k + 1 : k - 1;
  return [reached(from), reached(from) - from];
}

/** Pairs of equal lines between the trimmed ends, in order. */
function pairs(a: readonly string[], b: readonly string[], r: Range): [number, number][] {
  const trace = frontiers(a, b, r) ?? [];
  const out: [number, number][] = [];
  let x = r.a1 - r.a0;
  let y = r.b1 - r.b0;
  for (let d = trace.length - 1; d >= 0; d--) {
    const [px, py] = before(trace[d] as Int32Array, x - y, d);
    for (; x > px && y > py; x--, y--) out.push([r.a0 + x - 1, r.b0 + y - 1]);
    x = px;
    y = py;
  }
  return out.reverse();
}

function between(rows: DiffRow[], a0: number, a1: number, b0: number, b1: number): void {
  const both = Math.min(a1 - a0, b1 - b0);
  for (let i = 0; i < both; i++) rows.push({ kind: 'changed', a: a0 + i, b: b0 + i });
  for (let i = a0 + both; i < a1; i++) rows.push({ kind: 'removed', a: i, b: -1 });
  for (let i = b0 + both; i < b1; i++) rows.push({ kind: 'added', a: -1, b: i });
}

export function diffLines(a: readonly string[], b: readonly string[]): DiffRow[] {
  const range = trim(a, b);
  const rows: DiffRow[] = [];
  for (let i = 0; i < range.a0; i++) rows.push({ kind: 'same', a: i, b: i });
  let x = range.a0;
  let y = range.b0;
  for (const [i, j] of [...pairs(a, b, range), [range.a1, range.b1] as [number, number]]) {
    between(rows, x, i, y, j);
    if (i < range.a1) rows.push({ kind: 'same', a: i, b: j });
    x = i + 1;
    y = j + 1;
  }
  for (let i = range.a1; i < a.length; i++)
    rows.push({ kind: 'same', a: i, b: range.b1 + (i - range.a1) });
  return rows;
}
