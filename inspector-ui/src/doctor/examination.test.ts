import { expect, test } from 'vitest';
import type { Check, Examination } from '../api/types';
import { tally, withCheck, worst } from './examination.svelte';

const check = (id: Check['id'], state: Check['state'], run = '2') => ({ id, state, run }) as Check;
const known = (...checks: Check[]): Examination => ({
  run: '2',
  state: 'running',
  started_at: 0,
  checks,
});

test('a result takes the place of its beginning', () => {
  const after = withCheck(known(check('link', 'running')), check('link', 'pass'));
  expect(after.checks).toEqual([check('link', 'pass')]);
});

test('a result of another run is no news', () => {
  const before = known(check('link', 'running'));
  expect(withCheck(before, check('link', 'fail', '1'))).toBe(before);
});

test('the first failure is the thing to do, warnings come after it', () => {
  const all = [check('clock', 'warn'), check('bot_listens', 'fail'), check('bot_answers', 'fail')];
  expect(worst(all)?.id).toBe('bot_listens');
  expect(worst(all.slice(0, 1))?.id).toBe('clock');
  expect(worst([check('link', 'pass'), check('inbox', 'skipped')])).toBeNull();
});

test('the tally', () => {
  const all = [check('link', 'pass'), check('clock', 'pass'), check('secret', 'skipped')];
  expect(tally(all)).toEqual({ passed: 2, warnings: 0, failed: 0, skipped: 1, running: 0 });
});
