/* Rows for tests. */
import type { Row } from '../api/types';

export function row(id: number, change: Partial<Row> = {}): Row {
  return {
    id: String(id),
    kind: 'webhook',
    received_at: 1_795_377_903_007 + id * 1000,
    tunnel: 'mybot',
    method: 'POST',
    path: '/callback',
    state: 'done',
    first: {
      type: 'message',
      sub: 'text',
      text: 'hello',
      source: { type: 'user', id: 'U1', user_id: 'U1' },
    },
    events_n: 1,
    flags: [],
    verdict: 'valid',
    line_status: 200,
    answered_by: 'bot',
    bot_status: 200,
    took_ms: 84,
    line_ms: 97,
    kept_ms: null,
    parent: null,
    duplicate_of: null,
    pinned: false,
    note: false,
    worst_finding: null,
    next_try_at: null,
    body_size: 1453,
    calls: { n: 0, worst: null },
    ...change,
  };
}

/** From high to low, as the API gives them. */
export function rows(high: number, low: number): Row[] {
  return Array.from({ length: high - low + 1 }, (_, index) => row(high - index));
}
