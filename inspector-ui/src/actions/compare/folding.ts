/* Long runs of equal lines are folded, with some of them left around each difference. */
import type { DiffRow } from './line_diff';

export type Shown = { row: DiffRow } | { skipped: number; from: number };

const AROUND = 20;
const FOLD_ABOVE = 60;

interface Run {
  from: number;
  to: number;
}

/** Equal lines: which of them are left out, if that is worth it. */
function middle(run: Run, rows: number): Run | null {
  const from = run.from + (run.from === 0 ? 0 : AROUND);
  const to = run.to - (run.to === rows ? 0 : AROUND);
  return to - from > FOLD_ABOVE - AROUND ? { from, to } : null;
}

function equalFrom(rows: readonly DiffRow[], from: number): Run {
  let to = from;
  while (to < rows.length && rows[to]?.kind === 'same') to++;
  return { from, to };
}

export function fold(rows: readonly DiffRow[], opened: ReadonlySet<number>): Shown[] {
  const out: Shown[] = [];
  const put = (from: number, to: number): void => {
    for (const row of rows.slice(from, to)) out.push({ row });
  };
  for (let at = 0; at < rows.length; ) {
    const run = equalFrom(rows, at);
    const cut = opened.has(run.from) ? null : middle(run, rows.length);
    put(run.from, cut?.from ?? run.to);
    if (cut) {
      out.push({ skipped: cut.to - cut.from, from: run.from });
      put(cut.to, run.to);
    }
    put(run.to, run.to + 1);
    at = run.to + 1;
  }
  return out;
}
