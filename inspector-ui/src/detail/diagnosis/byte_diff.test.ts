import { describe, expect, it } from 'vitest';
import { byteDiff } from './byte_diff';

describe('byteDiff', () => {
  it('shows what differs, and a little around it', () => {
    const a = `${'x'.repeat(50)}"text":"予約\\uD83D\\uDE4F"}${'y'.repeat(50)}`;
    const b = `${'x'.repeat(50)}"text":"予約🙏"}${'y'.repeat(50)}`;
    const [signed, arrived] = byteDiff(a, b);
    expect(signed.differs).toBe('\\uD83D\\uDE4F');
    expect(arrived.differs).toBe('🙏');
    expect(signed.before.endsWith('予約')).toBe(true);
    expect([signed.cutStart, signed.cutEnd]).toEqual([true, true]);
  });

  it('knows an end that was added', () => {
    const [a, b] = byteDiff('{}\n', '{}');
    expect([a.differs, b.differs]).toEqual(['\n', '']);
    expect([a.cutStart, a.cutEnd]).toEqual([false, false]);
  });

  it('never cuts a character in two', () => {
    const [a, b] = byteDiff('🙏', '🙂');
    expect([a.differs, b.differs]).toEqual(['🙏', '🙂']);
    const [c, d] = byteDiff('a\ud83d\ude4f', 'b\ud83c\ude4f');
    expect([c.differs, d.differs]).toEqual(['a\ud83d\ude4f', 'b\ud83c\ude4f']);
  });

  it('bears equal and empty texts', () => {
    expect(byteDiff('', '')[0].differs).toBe('');
    expect(byteDiff('abc', 'abc')[1].differs).toBe('');
  });

  it('bounds what it shows', () => {
    const [a] = byteDiff('a'.repeat(1000), 'b');
    expect(a.differs.length).toBe(241);
  });
});
