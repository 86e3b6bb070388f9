/*
 * What stands in the list from top to bottom, with fixed heights so that nothing has to be measured: rows, a heading where
 * a day ends, and the gaps in which the link or the agent was away.
 */
import type { Gap, Row } from '../api/types';
import { dayOf } from '../lib/format';

export const SIDE_ROW = 28;

export type Entry =
  | { kind: 'row'; key: string; top: number; height: number; row: Row; index: number }
  | { kind: 'day'; key: string; top: number; height: number; day: number }
  | { kind: 'gap'; key: string; top: number; height: number; gap: Gap };

export interface Layout {
  entries: readonly Entry[];
  height: number;
  /** Where each row is among the entries. */
  rowAt: readonly number[];
}

export const gapKey = (gap: Gap) => `${gap.kind} ${gap.from}`;

/** The newer end first; one that is still open is the newest. */
export function orderGaps(gaps: Iterable<Gap>): Gap[] {
  const end = (gap: Gap) => gap.to ?? Number.MAX_SAFE_INTEGER;
  return [...gaps].sort((a, b) => end(b) - end(a));
}

/** `gaps` in the order of orderGaps(). Those older than the last row are left out while there is more. */
export function arrange(
  rows: readonly Row[],
  gaps: readonly Gap[],
  options: { rowHeight: number; now: number; more: boolean },
): Layout {
  const entries: Entry[] = [];
  const rowAt: number[] = [];
  let top = 0;
  let day = dayOf(options.now);
  let nextGap = 0;

  const add = (entry: Entry) => {
    entries.push(entry);
    top += entry.height;
  };
  const addGaps = (newerThan: number) => {
    for (
      let gap = gaps[nextGap];
      gap && (gap.to ?? newerThan) >= newerThan;
      gap = gaps[++nextGap]
    ) {
      add({ kind: 'gap', key: gapKey(gap), top, height: SIDE_ROW, gap });
    }
  };

  for (const [index, row] of rows.entries()) {
    addGaps(row.received_at);
    const itsDay = dayOf(row.received_at);
    // What was kept on the relay may be older than the row below it: days only go back.
    if (itsDay < day) {
      day = itsDay;
      add({ kind: 'day', key: `day ${day}`, top, height: SIDE_ROW, day });
    }
    rowAt.push(entries.length);
    add({ kind: 'row', key: row.id, top, height: options.rowHeight, row, index });
  }
  if (!options.more) addGaps(0);
  return { entries, height: top, rowAt };
}

/** Index of the entry that covers this height, or the nearest. */
export function entryAt(entries: readonly Entry[], y: number): number {
  let low = 0;
  let high = Math.max(0, entries.length - 1);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((entries[middle]?.top ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

const OVERSCAN = 8;

export function visible(layout: Layout, top: number, height: number): { from: number; to: number } {
  const first = entryAt(layout.entries, top);
  const last = entryAt(layout.entries, top + height);
  return {
    from: Math.max(0, first - OVERSCAN),
    to: Math.min(layout.entries.length, last + 1 + OVERSCAN),
  };
}

/** The day whose rows are at this height, if its heading has been scrolled away. */
export function dayAbove(layout: Layout, top: number): number | null {
  for (let index = entryAt(layout.entries, top); index >= 0; index--) {
    const entry = layout.entries[index];
    if (entry?.kind === 'day') return entry.top < top ? entry.day : null;
  }
  return null;
}
