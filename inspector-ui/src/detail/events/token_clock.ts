/** A reply token lives one minute; what its clock shows now. */

export const TOKEN_LIFE_MS = 60_000;

export interface ReplyToken {
  value: string;
  state: 'live' | 'expired' | 'replay';
  expires_at: number | null;
}

export interface TokenReading {
  state: 'live' | 'expired' | 'replay';
  /** whole seconds, for a live one */
  left: number;
  /** how much of the minute has passed, 0 to 100 */
  percent: number;
}

export function readToken(token: ReplyToken, now: number): TokenReading {
  if (token.state !== 'live' || token.expires_at === null)
    return { state: token.state === 'live' ? 'expired' : token.state, left: 0, percent: 100 };
  const left = token.expires_at - now;
  if (left <= 0) return { state: 'expired', left: 0, percent: 100 };
  const passed = Math.min(Math.max(TOKEN_LIFE_MS - left, 0), TOKEN_LIFE_MS);
  return { state: 'live', left: Math.ceil(left / 1000), percent: (passed / TOKEN_LIFE_MS) * 100 };
}
