import { describe, expect, it } from 'vitest';
import type { Call, Detail } from '../../api/types';
import { call } from '../calls/test_calls';
import { fullScale, place, zoomScale } from './scale';
import { CALLS_SHOWN, hasDeadline, lanes, lanesEnd } from './waterfall';

const texts = (end: number): string[] => fullScale(end).ticks.map((t) => t.text);

describe('scale', () => {
  it('reaches to 2.5 s, or to the end', () => {
    expect(texts(0)).toEqual(['0', '0.5', '1', '1.5', '2', '2.5 s']);
    expect(texts(2500)).toHaveLength(6);
    expect(texts(3420)).toEqual(['0', '0.5', '1', '1.5', '2', '2.5', '3', '3.5 s']);
    expect(texts(3501).at(-1)).toBe('4 s');
    expect(fullScale(29_000).end).toBe(30_000);
    expect(texts(240_000)).toEqual(['0', '0.5', '1', '1.5', '2', '2.5', '3', '3.5', '4 min']);
    expect(texts(86_400_000 * 3).at(-1)).toBe('3 d');
  });

  it('never has more than nine ticks, nor ends too early', () => {
    for (let end = 1; end < 1e10; end = Math.ceil(end * 1.3)) {
      const s = fullScale(end);
      expect(s.end).toBeGreaterThanOrEqual(end);
      expect(s.ticks.length).toBeLessThanOrEqual(10);
      expect(s.parts).toBe(s.ticks.length - 1);
    }
  });

  it('zooms below 400 ms', () => {
    expect(zoomScale(400)).toBeNull();
    expect(zoomScale(399)?.end).toBeGreaterThanOrEqual(399);
    expect(zoomScale(128)?.ticks.map((t) => t.text)).toEqual([
      '0',
      '20',
      '40',
      '60',
      '80',
      '100',
      '120',
      '140 ms',
    ]);
    expect(zoomScale(0)?.end).toBe(1);
  });

  it('keeps places inside', () => {
    const s = fullScale(1000);
    expect(place(s, 1250)).toBe(50);
    expect(place(s, -5)).toBe(0);
    expect(place(s, 9e9)).toBe(100);
  });
});

function detail(
  change: Partial<Omit<Detail, 'calls'>> & { calls?: Call[] },
  times: Partial<Record<keyof Detail['timings'], number>>,
): Detail {
  const timings = Object.fromEntries(
    ['received', 'arrived', 'stored', 'called', 'bot_done', 'line_answered'].map((step) => {
      const at = times[step as keyof Detail['timings']];
      const clock = step === 'received' || step === 'line_answered' ? 'relay' : 'agent';
      return [step, at === undefined ? null : { at, clock }];
    }),
  );
  return {
    kind: 'webhook',
    state: 'done',
    answered_by: 'bot',
    line_status: 200,
    timings,
    received_at: 1_000_000,
    calls: [],
    ...change,
  } as Detail;
}

describe('lanes', () => {
  it('hatches what came after the guard', () => {
    const d = detail(
      { answered_by: 'guard' },
      { received: 0, arrived: 3, stored: 14, called: 16, line_answered: 1500, bot_done: 3420 },
    );
    const rows = lanes(d, 0);
    expect(rows.map((r) => r.step)).toEqual([
      'received',
      'arrived',
      'stored',
      'called',
      'line_answered',
      'bot_done',
    ]);
    expect(rows[3]?.bars).toEqual([
      { from: 16, to: 1500 },
      { from: 1500, to: 3420, over: true },
    ]);
    expect(rows[4]?.point).toBe('warn');
    expect(lanesEnd(rows)).toBe(3420);
  });

  it('puts the bot before LINE when it was in time', () => {
    const rows = lanes(
      detail({}, { received: 0, called: 13, bot_done: 97, line_answered: 101 }),
      0,
    );
    expect(rows.map((r) => r.step)).toEqual(['received', 'called', 'bot_done', 'line_answered']);
    expect(rows[3]?.point).toBe('good');
    expect(rows[1]?.bars).toEqual([{ from: 13, to: 97 }]);
  });

  it('shows the calls of the bot where they were', () => {
    const calls = [
      call({ id: '1', at: 1_000_050, took_ms: 10 }),
      call({ id: '2', at: 1_000_090, took_ms: 20, status: 400, mode: 'emulated' }),
      call({ id: '3', at: 999_999, took_ms: 5 }),
    ];
    const rows = lanes(
      detail({ calls }, { received: 0, called: 13, bot_done: 97, line_answered: 101 }),
      0,
    );
    expect(rows.map((row) => row.key)).toEqual([
      'received',
      'called',
      'call 3',
      'call 1',
      'call 2',
      'bot_done',
      'line_answered',
    ]);
    expect(rows[3]).toMatchObject({ at: 50, bars: [{ from: 50, to: 60 }], point: '' });
    expect(rows[4]?.point).toBe('bad');
    expect(lanesEnd(rows)).toBe(110);
    const many = Array.from({ length: 40 }, (_, n) => call({ id: String(n) }));
    expect(lanes(detail({ calls: many }, {}), 0)).toHaveLength(CALLS_SHOWN);
  });

  it('is red where LINE gave up', () => {
    const rows = lanes(detail({}, { called: 1, bot_done: 2400, line_answered: 2401 }), 0);
    expect(rows.at(-1)?.point).toBe('bad');
  });

  it('grows while it runs', () => {
    const rows = lanes(detail({ state: 'running' }, { received: 0, called: 10 }), 1200);
    expect(rows[1]).toMatchObject({ running: true, bars: [{ from: 10, to: 1200 }] });
    expect(lanesEnd(rows)).toBe(1200);
    expect(lanes(detail({}, { received: 0, called: 10 }), 1200)[1]?.bars).toEqual([]);
  });

  it('has no limit where no one waits', () => {
    expect(hasDeadline(detail({}, {}))).toBe(true);
    expect(hasDeadline(detail({ kind: 'replay' }, {}))).toBe(false);
    expect(hasDeadline(detail({ answered_by: 'kept' }, {}))).toBe(false);
  });
});
