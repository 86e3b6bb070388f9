import { describe, expect, it } from 'vitest';
import { bytes, clock, clockMs, dayOf, days, duration, span, timeTip } from './format';

const at = new Date(2026, 10, 22, 9, 5, 3, 7).getTime();

describe('times', () => {
  it('has 24 hours and all its zeros', () => {
    expect(clock(at)).toBe('09:05:03');
    expect(clockMs(at)).toBe('09:05:03.007');
    expect(new Date(dayOf(at)).getHours()).toBe(0);
    expect(dayOf(at)).toBeLessThanOrEqual(at);
  });

  it('tells UTC, UTC+9 and epoch milliseconds', () => {
    expect(timeTip(Date.UTC(2026, 10, 22, 20, 5, 3, 7))).toBe(
      '2026-11-22 20:05:03.007 UTC\n2026-11-23 05:05:03.007 UTC+9\n1795377903007',
    );
  });
});

describe('durations', () => {
  it.each([
    [0, '0 ms'],
    [0.42, '0.4 ms'],
    [84.2, '84 ms'],
    [999.4, '999 ms'],
    [999.6, '1.00 s'],
    [1500, '1.50 s'],
    [3424, '3.42 s'],
    [9996, '10.0 s'],
    [41_000, '41.0 s'],
    [59_970, '60 s'],
    [60_000, '1 m'],
    [240_000, '4 m'],
    [7_200_000, '2 h'],
    [3 * 86_400_000, '3 d'],
  ])('%d ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it('never counts below zero', () => {
    expect(span(-50)).toBe('0 s');
  });

  it('says how long something is kept in words', () => {
    expect(days(30 * 86_400_000, 'en')).toBe('30 days');
    expect(days(3_600_000, 'en')).toBe('1 hour');
  });
});

describe('sizes', () => {
  it.each([
    [0, '0 B'],
    [1023, '1,023 B'],
    [1024, '1.0 KiB'],
    [98_304, '96 KiB'],
    [6_500_000, '6.2 MiB'],
    [5_368_709_120, '5.0 GiB'],
  ])('%d bytes is %s', (size, text) => {
    expect(bytes(size, 'en')).toBe(text);
  });
});
