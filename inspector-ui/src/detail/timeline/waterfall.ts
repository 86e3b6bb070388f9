import type { Detail } from '../../api/types';
import { GUARD_MS, LINE_LIMIT_MS } from './scale';

/** The rows of the waterfall, in the order of time. */

export type Step = 'received' | 'arrived' | 'stored' | 'called' | 'bot_done' | 'line_answered';
export type Clock = 'relay' | 'agent';

export interface Bar {
  from: number;
  to: number;
  over?: boolean;
}

export interface Lane {
  step: Step;
  clock: Clock;
  /** what the number says */
  at: number;
  bars: Bar[];
  point: '' | 'plain' | 'good' | 'warn' | 'bad';
  running?: boolean;
}

type Timings = Detail['timings'];

function at(timings: Timings, step: Step): number | null {
  const t = timings[step];
  return t === null || t === undefined ? null : t.at;
}

function callBars(called: number, end: number, line: number | null): Bar[] {
  if (line === null || line <= called || line >= end) return [{ from: called, to: end }];
  return [
    { from: called, to: line },
    { from: line, to: end, over: true },
  ];
}

function linePoint(detail: Detail, ms: number): Lane['point'] {
  if (ms > LINE_LIMIT_MS) return 'bad';
  if (detail.answered_by === 'guard') return 'warn';
  const status = detail.line_status ?? 0;
  return status >= 200 && status < 300 ? 'good' : 'bad';
}

function span(from: number | null, to: number): Pick<Lane, 'bars' | 'point'> {
  if (from === null || from >= to) return { bars: [], point: 'plain' };
  return { bars: [{ from, to }], point: '' };
}

/** `now`: milliseconds since received, for one that still runs. */
export function lanes(detail: Detail, now: number): Lane[] {
  const t = detail.timings;
  const clock = (step: Step): Clock => t[step]?.clock ?? 'agent';
  const out: Lane[] = [];
  const received = at(t, 'received');
  const arrived = at(t, 'arrived');
  const stored = at(t, 'stored');
  const called = at(t, 'called');
  const done = at(t, 'bot_done');
  const line = at(t, 'line_answered');
  if (received !== null)
    out.push({
      step: 'received',
      clock: clock('received'),
      at: received,
      bars: [],
      point: 'plain',
    });
  if (arrived !== null)
    out.push({ step: 'arrived', clock: clock('arrived'), at: arrived, ...span(received, arrived) });
  if (stored !== null)
    out.push({ step: 'stored', clock: clock('stored'), at: stored, ...span(arrived, stored) });
  if (called !== null) {
    const running = done === null && detail.state === 'running';
    const end = done ?? (running ? Math.max(now, called) : called);
    const bars = end > called ? callBars(called, end, line) : [];
    const point = bars.length > 0 ? '' : 'plain';
    out.push({ step: 'called', clock: clock('called'), at: called, bars, point, running });
  }
  const last: Lane[] = [];
  if (line !== null)
    last.push({
      step: 'line_answered',
      clock: clock('line_answered'),
      at: line,
      bars: [],
      point: linePoint(detail, line),
    });
  if (done !== null)
    last.push({ step: 'bot_done', clock: clock('bot_done'), at: done, bars: [], point: 'plain' });
  return [...out, ...last.sort((x, y) => x.at - y.at)];
}

export function lanesEnd(rows: readonly Lane[]): number {
  return rows.reduce((end, r) => Math.max(end, r.at, ...r.bars.map((b) => b.to)), 0);
}

/** Is it worth drawing the guard and LINE's limit? Not for what no one waited for. */
export function hasDeadline(detail: Detail): boolean {
  return detail.kind !== 'replay' && detail.kind !== 'imported' && detail.answered_by !== 'kept';
}

export const LIMITS = { guard: GUARD_MS, line: LINE_LIMIT_MS };
