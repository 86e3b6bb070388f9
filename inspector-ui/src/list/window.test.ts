import { describe, expect, it } from 'vitest';
import { row, rows } from './test_rows';
import {
  compareIds,
  EMPTY,
  find,
  fromPage,
  KEPT,
  type Window,
  withNewer,
  withOlder,
  without,
  withRows,
} from './window';

const ids = (window: Window) => window.rows.map((one) => Number(one.id));
const range = (window: Window) => [ids(window)[0], ids(window).at(-1)];

function ordered(window: Window): boolean {
  return ids(window).every((id, index) => index === 0 || id < (ids(window)[index - 1] ?? 0));
}

it('compares ids as numbers of any length', () => {
  expect(compareIds('9', '10')).toBeLessThan(0);
  expect(compareIds('9223372036854775807', '9223372036854775806')).toBeGreaterThan(0);
  expect(compareIds('7', '7')).toBe(0);
});

describe('a window on many rows', () => {
  it('grows at its foot and forgets its head', () => {
    let window = fromPage(rows(5000, 4801), '4801', 5000);
    for (let low = 4801; low > 2001; low -= 200)
      window = withOlder(window, rows(low - 1, low - 200), String(low - 200));
    expect(window.rows).toHaveLength(KEPT);
    expect(range(window)).toEqual([4000, 2001]);
    expect(window).toMatchObject({ above: 1000, more: true, total: 5000 });
    expect(ordered(window)).toBe(true);
  });

  it('comes back to its head', () => {
    let window: Window = { rows: rows(4000, 2001), above: 300, more: false, total: 4300 };
    window = withNewer(window, rows(4200, 4001).reverse(), '4200');
    expect(window).toMatchObject({ above: 100, more: true });
    expect(range(window)).toEqual([4200, 2201]);
    window = withNewer(window, rows(4300, 4201).reverse(), null);
    expect(window.above).toBe(0);
    expect(range(window)).toEqual([4300, 2301]);
    expect(ordered(window)).toBe(true);
  });

  it('takes what two pages both have once', () => {
    const window = withOlder(fromPage(rows(10, 5), '5', 10), rows(6, 1), null);
    expect(ids(window)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(window.more).toBe(false);
  });

  it('knows the end', () => {
    expect(withOlder(fromPage(rows(10, 5), '5', 5), [], null).more).toBe(false);
    expect(withOlder(EMPTY, rows(2, 1), null).rows).toHaveLength(2);
  });
});

describe('rows that come by themselves', () => {
  it('puts new ones on top and replaces known ones', () => {
    const before = fromPage(rows(3, 1), null, 3);
    const after = withRows(before, [row(4), row(2, { pinned: true })]);
    expect(ids(after)).toEqual([4, 3, 2, 1]);
    expect(find(after, '2')?.pinned).toBe(true);
    expect(after.total).toBe(4);
    expect(ids(before)).toEqual([3, 2, 1]);
  });

  it('only counts new ones while the head is not loaded', () => {
    const window: Window = { rows: rows(10, 5), above: 2, more: false, total: 8 };
    expect(withRows(window, [row(13)])).toMatchObject({ above: 3, total: 9, rows: window.rows });
  });

  it('does not believe in a row below the last one while there is more', () => {
    const window = fromPage(rows(10, 5), '5', 100);
    expect(withRows(window, [row(3)])).toBe(window);
    expect(ids(withRows(fromPage(rows(10, 9), null, 2), [row(3)]))).toEqual([10, 9, 3]);
  });

  it('finds the place of one that matches only now', () => {
    const window = fromPage([row(9), row(5), row(1)], null, 3);
    expect(ids(withRows(window, [row(7)]))).toEqual([9, 7, 5, 1]);
  });

  it('never keeps more than it may', () => {
    const window = withRows(fromPage(rows(KEPT, 1), null, KEPT), [row(KEPT + 1)]);
    expect(window.rows).toHaveLength(KEPT);
    expect(window).toMatchObject({ more: true, total: KEPT + 1 });
  });

  it('drops what is gone', () => {
    const window = fromPage(rows(5, 1), null, 5);
    expect(without(window, new Set(['9']))).toBe(window);
    expect(ids(without(window, new Set(['5', '2'])))).toEqual([4, 3, 1]);
    expect(without(window, new Set(['5', '2'])).total).toBe(3);
    expect(find(window, '9')).toBeUndefined();
  });
});
