/** A reply token lives one minute and works once; what its clock shows now. */
import type { Event } from '../../api/types';

export const TOKEN_LIFE_MS = 60_000;

export type ReplyToken = NonNullable<Event['reply_token']>;

export interface TokenReading {
  state: ReplyToken['state'];
  /** whole seconds, for a live one */
  left: number;
  /** for a used one: milliseconds after it was given, as far as that is known */
  after: number | null;
  /** how much of the minute has passed, or had when it was used, 0 to 100 */
  percent: number;
}

const share = (ms: number): number =>
  (Math.min(Math.max(ms, 0), TOKEN_LIFE_MS) / TOKEN_LIFE_MS) * 100;

function readUsed(token: ReplyToken): TokenReading {
  const { used_at, expires_at } = token;
  if (used_at == null || expires_at === null)
    return { state: 'used', left: 0, after: null, percent: 100 };
  const after = Math.max(used_at - (expires_at - TOKEN_LIFE_MS), 0);
  return { state: 'used', left: 0, after, percent: share(after) };
}

export function readToken(token: ReplyToken, now: number): TokenReading {
  if (token.state === 'used') return readUsed(token);
  const over = { left: 0, after: null, percent: 100 };
  if (token.state !== 'live' || token.expires_at === null)
    return { ...over, state: token.state === 'live' ? 'expired' : token.state };
  const left = token.expires_at - now;
  if (left <= 0) return { ...over, state: 'expired' };
  return {
    state: 'live',
    left: Math.ceil(left / 1000),
    after: null,
    percent: share(TOKEN_LIFE_MS - left),
  };
}
