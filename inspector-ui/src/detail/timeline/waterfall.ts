import type { Call, Detail } from '../../api/types';
import { callOffset, callTone } from '../calls/call_words';
import { GUARD_MS, LINE_LIMIT_MS } from './scale';

/** The rows of the waterfall, in the order of time. */

export type Hop = 'received' | 'arrived' | 'stored' | 'called' | 'bot_done' | 'line_answered';
export type Step = Hop | 'call';
export type Clock = 'relay' | 'agent';

export interface Bar {
  from: number;
  to: number;
  over?: boolean;
}

export interface Lane {
  /** its own among the rows */
  key: string;
  step: Step;
  /** of step `call` */
  call?: Call;
  clock: Clock;
  /** what the number says */
  at: number;
  bars: Bar[];
  point: '' | 'plain' | 'good' | 'warn' | 'bad';
  running?: boolean;
}

type Timings = Detail['timings'];

function at(timings: Timings, step: Hop): number | null {
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

/** More than these would bury the hops. */
export const CALLS_SHOWN = 12;

/** Those that came before the webhook, by a clock that is off, stand at its beginning. */
function callLanes(detail: Detail): Lane[] {
  return detail.calls.slice(0, CALLS_SHOWN).map((call) => {
    const from = Math.max(callOffset(call, detail.received_at), 0);
    const to = from + call.took_ms;
    const good = callTone(call) === 'good';
    return {
      key: `call ${call.id}`,
      step: 'call',
      call,
      clock: 'agent',
      at: from,
      bars: to > from ? [{ from, to }] : [],
      point: good ? '' : 'bad',
    };
  });
}

function botLane(detail: Detail, called: number, now: number): Lane {
  const t = detail.timings;
  const done = at(t, 'bot_done');
  const running = done === null && detail.state === 'running';
  const end = done ?? (running ? Math.max(now, called) : called);
  const bars = end > called ? callBars(called, end, at(t, 'line_answered')) : [];
  const point = bars.length > 0 ? '' : 'plain';
  const clock = t.called?.clock ?? 'agent';
  return { key: 'called', step: 'called', clock, at: called, bars, point, running };
}

/** `now`: milliseconds since received, for one that still runs. */
export function lanes(detail: Detail, now: number): Lane[] {
  const t = detail.timings;
  const hop = (step: Hop, more: Pick<Lane, 'bars' | 'point'>): Lane[] => {
    const when = at(t, step);
    const clock = t[step]?.clock ?? 'agent';
    return when === null ? [] : [{ key: step, step, clock, at: when, ...more }];
  };
  const mark = { bars: [], point: 'plain' } as const;
  const [arrived, stored, called] = [at(t, 'arrived'), at(t, 'stored'), at(t, 'called')];
  const line = at(t, 'line_answered');
  const last = [
    ...hop('line_answered', { bars: [], point: linePoint(detail, line ?? 0) }),
    ...hop('bot_done', { ...mark, bars: [] }),
    ...callLanes(detail),
  ];
  return [
    ...hop('received', { ...mark, bars: [] }),
    ...hop('arrived', span(at(t, 'received'), arrived ?? 0)),
    ...hop('stored', span(arrived, stored ?? 0)),
    ...(called === null ? [] : [botLane(detail, called, now)]),
    ...last.sort((x, y) => x.at - y.at),
  ];
}

export function lanesEnd(rows: readonly Lane[]): number {
  return rows.reduce((end, r) => Math.max(end, r.at, ...r.bars.map((b) => b.to)), 0);
}

/** Is it worth drawing the guard and LINE's limit? Not for what no one waited for. */
export function hasDeadline(detail: Detail): boolean {
  return detail.kind !== 'replay' && detail.kind !== 'imported' && detail.answered_by !== 'kept';
}

export const LIMITS = { guard: GUARD_MS, line: LINE_LIMIT_MS };
