import { beforeEach, expect, test, vi } from 'vitest';
import type { Run } from '../../api/types';
import { SentRuns } from './sent_runs';

const failed = vi.fn();
const carried = vi.fn();
const run = (id: string, change: Partial<Run> = {}): Run => ({
  run: id,
  parent: null,
  times: 1,
  sent: 0,
  done: 0,
  failed: 0,
  ids: [],
  over: false,
  error: null,
  ...change,
});

beforeEach(() => vi.resetAllMocks());

test('a failure is said once, also if it comes before the answer', () => {
  const runs = new SentRuns({ failed, carried });
  const over = run('a', { over: true, failed: 1, error: 'no bot' });
  runs.news(over);
  expect(failed).not.toHaveBeenCalled();
  runs.watch(run('a'), null);
  runs.news(over);
  expect(failed.mock.calls).toEqual([[over]]);
});

test('what goes well is quiet, and so are the runs of others', () => {
  const runs = new SentRuns({ failed, carried });
  runs.watch(run('a', { over: true, done: 1 }), null);
  runs.news(run('b', { over: true, failed: 1 }));
  expect(failed).not.toHaveBeenCalled();
});

test('a file is known by the exchange that carried it', () => {
  const runs = new SentRuns({ failed, carried });
  const file = new Blob(['x']);
  runs.watch(run('a'), file);
  runs.news(run('a', { ids: ['7'] }));
  expect(carried).toHaveBeenCalledWith(['7'], file);
});

test('news of others are not kept for ever', () => {
  const runs = new SentRuns({ failed, carried });
  for (let at = 0; at < 1000; at++) runs.news(run(`x${at}`, { over: true, failed: 1 }));
  runs.watch(run('x0'), null);
  expect(failed).not.toHaveBeenCalled();
  runs.watch(run('x999'), null);
  expect(failed).toHaveBeenCalledTimes(1);
});
