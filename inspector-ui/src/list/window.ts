/*
 * A run of neighbouring rows out of all that match, newest first: at most KEPT of them. What is dropped at one end is asked
 * for again when it is scrolled to. Rows are never changed, only replaced.
 */
import type { Row } from '../api/types';

export const KEPT = 2000;
export const PAGE = 200;

export interface Window {
  readonly rows: readonly Row[];
  /** How many newer ones are known but not kept. */
  readonly above: number;
  /** There are older ones. */
  readonly more: boolean;
  readonly total: number;
}

export const EMPTY: Window = { rows: [], above: 0, more: false, total: 0 };

/** Order of ids, which are decimal numbers: positive if a is newer. */
export function compareIds(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Index of the first row that is not newer than id; its own index if it is there. */
export function indexOf(rows: readonly Row[], id: string): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareIds(rows[middle]?.id ?? '', id) > 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function find(window: Window, id: string): Row | undefined {
  const row = window.rows[indexOf(window.rows, id)];
  return row?.id === id ? row : undefined;
}

export function fromPage(items: readonly Row[], next: string | null, total: number | null): Window {
  return { rows: items, above: 0, more: next !== null, total: total ?? items.length };
}

export function withOlder(window: Window, items: readonly Row[], next: string | null): Window {
  const last = window.rows.at(-1)?.id;
  const older = last === undefined ? items : items.filter((row) => compareIds(row.id, last) < 0);
  const rows = [...window.rows, ...older];
  const surplus = Math.max(0, rows.length - KEPT);
  return {
    ...window,
    rows: rows.slice(surplus),
    above: window.above + surplus,
    more: next !== null,
  };
}

/** Items newer than the first row, the oldest of them first, as the API gives them. */
export function withNewer(window: Window, items: readonly Row[], next: string | null): Window {
  const first = window.rows[0]?.id;
  const newer = items.filter((row) => first === undefined || compareIds(row.id, first) > 0);
  newer.reverse();
  const rows = [...newer, ...window.rows];
  const above = next === null ? 0 : Math.max(0, window.above - newer.length);
  return { ...window, rows: rows.slice(0, KEPT), above, more: window.more || rows.length > KEPT };
}

function spliced(rows: readonly Row[], at: number, taken: number, row: Row): Row[] {
  const copy = [...rows];
  copy.splice(at, taken, row);
  return copy;
}

function withRow(window: Window, row: Row): Window {
  const at = indexOf(window.rows, row.id);
  const known = window.rows[at]?.id === row.id;
  if (known) return { ...window, rows: spliced(window.rows, at, 1, row) };
  if (at === 0 && window.above > 0)
    return { ...window, above: window.above + 1, total: window.total + 1 };
  // Below the last one, and there is more: it is either not loaded yet or not new.
  if (at === window.rows.length && window.more) return window;
  const rows = spliced(window.rows, at, 0, row);
  return {
    ...window,
    rows: rows.slice(0, KEPT),
    more: window.more || rows.length > KEPT,
    total: window.total + 1,
  };
}

export function withRows(window: Window, rows: Iterable<Row>): Window {
  let result = window;
  for (const row of rows) result = withRow(result, row);
  return result;
}

export function without(window: Window, ids: ReadonlySet<string>): Window {
  const rows = window.rows.filter((row) => !ids.has(row.id));
  const removed = window.rows.length - rows.length;
  return removed === 0
    ? window
    : { ...window, rows, total: Math.max(rows.length, window.total - removed) };
}
