import { describe, expect, it } from 'vitest';
import { type ReplyToken, readToken } from './token_clock';

const token = (state: ReplyToken['state'], expires_at: number | null): ReplyToken => ({
  value: 'x',
  state,
  expires_at,
});

describe('readToken', () => {
  it('counts down', () => {
    expect(readToken(token('live', 60_000), 0)).toEqual({ state: 'live', left: 60, percent: 0 });
    expect(readToken(token('live', 60_000), 45_000)).toEqual({
      state: 'live',
      left: 15,
      percent: 75,
    });
    expect(readToken(token('live', 60_000), 59_999).left).toBe(1);
  });

  it('dies by itself', () => {
    expect(readToken(token('live', 60_000), 60_000)).toEqual({
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
    expect(readToken(token('live', 90_000), 0)).toEqual({ state: 'live', left: 90, percent: 0 });
  });
});
