/* What a call of the bot to LINE's API is called, how it went, and where it stands in time. Codes only. */
import type { Call, Detail, Row } from '../../api/types';
import type { IconName } from '../../lib/icons';

export type CallTone = 'good' | 'refused' | 'failed';

export function callTone(call: Call): CallTone {
  if (call.mode === 'failed' || call.status === null) return 'failed';
  return call.status >= 400 || call.problem !== null ? 'refused' : 'good';
}

export interface Tally {
  n: number;
  worst: 'good' | 'refused' | 'failed' | null;
}

/** Of a row; a detail has the calls themselves instead of their number. */
export function callTally(row: Row | Detail): Tally {
  const calls: Tally | readonly Call[] = row.calls;
  if (!isList(calls)) return calls;
  const tones = calls.map(callTone);
  const worst = (['failed', 'refused', 'good'] as const).find((tone) => tones.includes(tone));
  return { n: calls.length, worst: worst ?? null };
}

const isList = (calls: Tally | readonly Call[]): calls is readonly Call[] => Array.isArray(calls);

export interface ModeBadge {
  code: Call['mode'];
  icon: IconName;
  tone: '' | 'made' | 'bad';
}

const BADGES: Record<Call['mode'], ModeBadge> = {
  passed: { code: 'passed', icon: 'external', tone: '' },
  emulated: { code: 'emulated', icon: 'flask', tone: 'made' },
  failed: { code: 'failed', icon: 'bad', tone: 'bad' },
};

export const modeBadge = (call: Call): ModeBadge => BADGES[call.mode];

/** From the webhook's last byte on; negative if the clocks do not agree. */
export const callOffset = (call: Call, receivedAt: number): number => call.at - receivedAt;

/** Without the query, the last part that says what it does: `message/reply`. */
export function callName(call: Call): string {
  const path = call.path.replace(/[?#].*/s, '');
  return `${call.method} ${path.replace(/^\/(v\d+(\.\d+)?\/)?(bot\/)?/, '')}`;
}

/** Which cards are open at first: what went wrong, else the last that sends something. */
export function openAtFirst(calls: readonly Call[]): ReadonlySet<string> {
  const wrong = calls.filter((call) => callTone(call) !== 'good');
  if (wrong.length > 0) return new Set(wrong.slice(0, 3).map((call) => call.id));
  const last = calls.findLast((call) => call.sends) ?? (calls.length === 1 ? calls[0] : undefined);
  return new Set(last ? [last.id] : []);
}

/** How long the bot took before it called LINE at all; null if that does not say much. */
export function beforeFirstCall(detail: Detail): number | null {
  const called = detail.timings.called?.at;
  const first = detail.calls[0];
  if (called === undefined || !first) return null;
  const ms = callOffset(first, detail.received_at) - called;
  return ms >= SLOW_MS ? ms : null;
}
const SLOW_MS = 1000;
