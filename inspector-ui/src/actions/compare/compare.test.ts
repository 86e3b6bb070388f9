import { describe, expect, it } from 'vitest';
import { compareBodies, compareSides, headerSide } from './compare_body';
import { fold, type Shown } from './folding';
import { type DiffRow, diffLines } from './line_diff';

/** Each row must be true, and each line must come once and in order. */
function check(a: string[], b: string[]): DiffRow[] {
  const rows = diffLines(a, b);
  expect(rows.filter((r) => r.a >= 0).map((r) => r.a)).toEqual(a.map((_, i) => i));
  expect(rows.filter((r) => r.b >= 0).map((r) => r.b)).toEqual(b.map((_, i) => i));
  for (const r of rows) if (r.kind === 'same') expect(a[r.a]).toBe(b[r.b]);
  return rows;
}

describe('diffLines', () => {
  it('knows equal, empty and wholly different texts', () => {
    expect(check(['a', 'b'], ['a', 'b']).every((r) => r.kind === 'same')).toBe(true);
    expect(check([], ['a'])).toEqual([{ kind: 'added', a: -1, b: 0 }]);
    expect(check(['a'], [])).toEqual([{ kind: 'removed', a: 0, b: -1 }]);
    expect(check(['a', 'b'], ['c'])).toEqual([
      { kind: 'changed', a: 0, b: 0 },
      { kind: 'removed', a: 1, b: -1 },
    ]);
    expect(check([], [])).toEqual([]);
  });

  it('finds an insertion in the middle', () => {
    const rows = check(['a', 'b', 'c', 'd'], ['a', 'x', 'b', 'c', 'y', 'd']);
    expect(rows.filter((r) => r.kind === 'added').map((r) => r.b)).toEqual([1, 4]);
    expect(rows.filter((r) => r.kind === 'same')).toHaveLength(4);
  });

  it('finds the longest common part', () => {
    let seed = 7;
    const next = (n: number): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % n;
    };
    for (let round = 0; round < 300; round++) {
      const make = (): string[] => Array.from({ length: next(12) }, () => 'abc'[next(3)] as string);
      const a = make();
      const b = make();
      const same = check(a, b).filter((r) => r.kind === 'same').length;
      expect(same).toBe(longest(a, b));
    }
  });

  it('gives up on texts that share nothing, quickly', () => {
    const a = Array.from({ length: 6000 }, (_, i) => `a${i}`);
    const b = Array.from({ length: 6000 }, (_, i) => `b${i}`);
    expect(check(a, b).every((r) => r.kind === 'changed')).toBe(true);
  });
});

function longest(a: string[], b: string[]): number {
  const row = new Array<number>(b.length + 1).fill(0);
  for (const x of a) {
    let left = 0;
    for (let j = 1; j <= b.length; j++) {
      const up = row[j] as number;
      row[j] = x === b[j - 1] ? left + 1 : Math.max(up, row[j - 1] as number);
      left = up;
    }
  }
  return row[b.length] as number;
}

describe('compareBodies', () => {
  const a =
    '{"events":[{"text":"a","timestamp":1,"replyToken":"x","deliveryContext":{"isRedelivery":false}}]}';
  const b =
    '{"events":[{"text":"b","timestamp":2,"replyToken":"y","deliveryContext":{"isRedelivery":true}}]}';
  const volatile = ['/events/*/timestamp', '/events/*/replyToken'];

  it('counts what it ignored', () => {
    const c = compareBodies(a, b, volatile);
    expect([c.differ, c.same, c.ignored]).toEqual([2, 10, 2]);
  });

  it('shows everything when told so', () => {
    const c = compareBodies(a, b, []);
    expect([c.differ, c.ignored]).toEqual([4, 0]);
  });

  it('does not ignore that a volatile value is missing', () => {
    const c = compareBodies(a, b.replace('"timestamp":2,', ''), volatile);
    expect(c.differ).toBe(3);
  });

  it('compares what is not JSON line by line', () => {
    expect(compareBodies('a\nb', 'a\nc', volatile).differ).toBe(1);
  });
});

describe('headerSide', () => {
  it('compares by name, and ignores what always differs', () => {
    const x = headerSide(
      [
        ['X-Line-Signature', 'a='],
        ['Host', 'h'],
      ],
      ['x-line-signature'],
    );
    const y = headerSide(
      [
        ['host', 'h'],
        ['x-line-signature', 'b='],
        ['x-more', null],
      ],
      ['x-line-signature'],
    );
    const c = compareSides(x, y);
    expect(c.ignored).toBe(1);
    expect(c.rows.filter((r) => r.kind === 'added')).toHaveLength(1);
  });
});

describe('fold', () => {
  const same = (n: number): DiffRow[] =>
    Array.from({ length: n }, (_, i) => ({ kind: 'same', a: i, b: i }));
  const changed: DiffRow = { kind: 'changed', a: 0, b: 0 };
  const lengthOf = (shown: Shown[]): number =>
    shown.reduce((n, s) => n + ('row' in s ? 1 : s.skipped), 0);

  it('leaves short texts whole', () => {
    expect(fold([...same(30), changed, ...same(30)], new Set()).every((s) => 'row' in s)).toBe(
      true,
    );
    expect(fold([], new Set())).toEqual([]);
  });

  it('folds long equal parts and loses no line', () => {
    const rows = [...same(500), changed, ...same(500), changed, changed, ...same(2)];
    const shown = fold(rows, new Set());
    expect(shown.filter((s) => 'skipped' in s)).toHaveLength(2);
    expect(lengthOf(shown)).toBe(rows.length);
    const first = shown.find((s) => 'skipped' in s);
    const opened = fold(rows, new Set(first && 'from' in first ? [first.from] : []));
    expect(opened.filter((s) => 'skipped' in s)).toHaveLength(1);
  });
});
