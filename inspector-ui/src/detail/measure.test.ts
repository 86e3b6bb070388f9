import { describe, expect, it } from 'vitest';
import { exactly } from './measure';

describe('exactly', () => {
  it('counts minutes and seconds', () => {
    expect(exactly(84, 'en')).toBe('84 ms');
    expect(exactly(3420, 'en')).toBe('3.42 s');
    expect(exactly(72_000, 'en')).toBe('1 min 12 s');
    expect(exactly(240_100, 'en')).toBe('4 min 0 s');
    expect(exactly(3_599_400, 'en')).toBe('59 min 59 s');
    expect(exactly(7_200_000, 'en')).toBe('2 h');
  });
});
