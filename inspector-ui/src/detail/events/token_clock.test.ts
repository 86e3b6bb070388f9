import { describe, expect, it } from 'vitest';
import { type ReplyToken, readToken } from './token_clock';

const token = (
  state: ReplyToken['state'],
  expires_at: number | null,
  used_at: number | null = null,
): ReplyToken => ({ value: 'x', state, expires_at, used_at, call: null });

describe('readToken', () => {
  it('counts down', () => {
    expect(readToken(token('live', 60_000), 0)).toMatchObject({
      state: 'live',
      left: 60,
      percent: 0,
    });
    expect(readToken(token('live', 60_000), 45_000)).toMatchObject({
      state: 'live',
      left: 15,
      percent: 75,
    });
    expect(readToken(token('live', 60_000), 59_999).left).toBe(1);
  });

  it('dies by itself', () => {
    expect(readToken(token('live', 60_000), 60_000)).toMatchObject({
      state: 'expired',
      left: 0,
      percent: 100,
    });
    expect(readToken(token('live', null), 0).state).toBe('expired');
  });

  it('keeps what the agent said', () => {
    expect(readToken(token('expired', 60_000), 0).state).toBe('expired');
    expect(readToken(token('replay', 60_000), 0).state).toBe('replay');
  });

  it('bears a clock that runs ahead', () => {
    expect(readToken(token('live', 90_000), 0)).toMatchObject({
      state: 'live',
      left: 90,
      percent: 0,
    });
  });

  it('says when it was used', () => {
    expect(readToken(token('used', 60_000, 15_000), 99_000)).toEqual({
      state: 'used',
      left: 0,
      after: 15_000,
      percent: 25,
    });
    expect(readToken(token('used', 60_000, -5), 0).after).toBe(0);
    expect(readToken(token('used', null, 5), 0)).toMatchObject({ state: 'used', after: null });
  });
});
