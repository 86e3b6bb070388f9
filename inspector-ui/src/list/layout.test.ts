import { describe, expect, it } from 'vitest';
import type { Gap } from '../api/types';
import { arrange, dayAbove, entryAt, orderGaps, visible } from './layout';
import { row } from './test_rows';

const DAY = 86_400_000;
const noon = new Date(2026, 10, 22, 12).getTime();
const at = (id: number, received_at: number) => row(id, { received_at });
const gap = (from: number, to: number | null): Gap => ({ kind: 'link', from, to, count: 4 });
const options = { rowHeight: 32, now: noon, more: false };

describe('arrange', () => {
  it('puts a heading where a day ends, but none over today', () => {
    const { entries, height } = arrange(
      [at(4, noon), at(3, noon - 1), at(2, noon - DAY), at(1, noon - DAY)],
      [],
      options,
    );
    expect(entries.map((entry) => [entry.kind, entry.top])).toEqual([
      ['row', 0],
      ['row', 32],
      ['day', 64],
      ['row', 92],
      ['row', 124],
    ]);
    expect(height).toBe(156);
  });

  it('goes back in days only, also when an older one was kept on the relay', () => {
    const { entries } = arrange([at(3, noon), at(2, noon - DAY), at(1, noon - 5)], [], options);
    expect(entries.map((entry) => entry.kind)).toEqual(['row', 'day', 'row', 'row']);
  });

  it('puts a gap between what came before and after it', () => {
    const gaps = orderGaps([gap(noon - 5000, noon - 3000), gap(noon - 100, null)]);
    const { entries, rowAt } = arrange(
      [at(3, noon), at(2, noon - 3500), at(1, noon - 6000)],
      gaps,
      options,
    );
    expect(entries.map((entry) => entry.kind)).toEqual(['gap', 'row', 'gap', 'row', 'row']);
    expect(rowAt).toEqual([1, 3, 4]);
  });

  it('leaves gaps that are older than the last row to the next page', () => {
    const gaps = [gap(noon - 9000, noon - 8000)];
    expect(arrange([at(1, noon)], gaps, { ...options, more: true }).entries).toHaveLength(1);
    expect(arrange([at(1, noon)], gaps, options).entries).toHaveLength(2);
  });
});

describe('what can be seen', () => {
  const many = Array.from({ length: 1000 }, (_, index) => at(1000 - index, noon - index * 1000));
  const layout = arrange(many, [], options);

  it('is found by height', () => {
    expect(entryAt(layout.entries, 0)).toBe(0);
    expect(entryAt(layout.entries, 31)).toBe(0);
    expect(entryAt(layout.entries, 32)).toBe(1);
    expect(entryAt(layout.entries, 1e9)).toBe(999);
    expect(entryAt([], 5)).toBe(0);
  });

  it('has a few more on both sides', () => {
    expect(visible(layout, 0, 640)).toEqual({ from: 0, to: 29 });
    expect(visible(layout, 3200, 640)).toEqual({ from: 92, to: 129 });
    expect(visible(layout, 31_900, 640).to).toBe(1000);
  });

  it('keeps the day in sight', () => {
    const two = arrange([at(2, noon), at(1, noon - DAY)], [], options);
    expect(dayAbove(two, 0)).toBeNull();
    expect(dayAbove(two, 32)).toBeNull();
    expect(dayAbove(two, 40)).toBe(new Date(noon - DAY).setHours(0, 0, 0, 0));
  });
});
