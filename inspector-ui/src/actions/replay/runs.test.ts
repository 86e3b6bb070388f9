import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Run } from '../../api/types';

const said: { text: string; open: (() => void) | null; icon: string }[] = [];
const heard: ((run: Run) => void)[] = [];
const went: unknown[] = [];

vi.mock('../../api/stream.svelte', () => ({
  feed: {
    on: (name: string, listener: (run: Run) => void) => name === 'run' && heard.push(listener),
  },
}));
vi.mock('../../lib/toasts.svelte', () => ({
  toasts: {
    sayAct: (text: string, open: (() => void) | null, icon: string) =>
      said.push({ text, open, icon }),
  },
}));
vi.mock('../../lib/i18n.svelte', () => ({ t: (key: string) => key }));
vi.mock('../../lib/router.svelte', () => ({
  router: { go: (route: unknown) => went.push(route) },
}));

const { runs } = await import('./runs');

const run = (id: string, change: Partial<Run> = {}): Run => ({
  run: id,
  parent: '1',
  times: 1,
  sent: 0,
  done: 0,
  failed: 0,
  ids: [],
  over: false,
  error: null,
  ...change,
});
const tell = (one: Run): void => {
  for (const listener of heard) listener(one);
};

beforeEach(() => {
  vi.useFakeTimers();
  said.length = 0;
  went.length = 0;
});
afterEach(() => vi.useRealTimers());

describe('runs', () => {
  it('says once how it went, with the way to the newest', () => {
    runs.watch(run('a'));
    tell(run('a', { sent: 1, done: 1, ids: ['7'], over: true }));
    vi.runAllTimers();
    expect(said.map((s) => s.text)).toEqual(['action.run.one_done']);
    said[0]?.open?.();
    expect(went).toEqual([{ room: 'exchange', id: '7', tab: 'events' }]);
  });

  it('hears news that come before the answer', () => {
    tell(run('b', { sent: 1, failed: 1, ids: ['8'], over: true }));
    expect(said).toEqual([]);
    runs.watch(run('b'));
    vi.runAllTimers();
    expect(said.map((s) => s.text)).toEqual(['action.run.one_failed']);
  });

  it('says that a long one goes on, and then how it ended', () => {
    runs.watch(run('c', { times: 5 }));
    tell(run('c', { times: 5, sent: 2, done: 1, ids: ['9'] }));
    vi.advanceTimersByTime(2000);
    tell(run('c', { times: 5, sent: 5, done: 4, failed: 1, ids: ['9'], over: true }));
    vi.runAllTimers();
    expect(said.map((s) => s.text)).toEqual(['action.run.going', 'action.run.some_failed']);
  });

  it('leaves the runs of others alone', () => {
    tell(run('d', { over: true, ids: ['1'] }));
    vi.runAllTimers();
    expect(said).toEqual([]);
  });
});
