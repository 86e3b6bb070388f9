import { describe, expect, it } from 'vitest';
import { badges } from './badges';
import { answer, bar, content, isNamed, kindIcon, kindWord, took, who } from './describe';
import { row } from './test_rows';

/* The table of the answers: what happened, the column, the bar. */
describe('answers', () => {
  it.each([
    ['the bot in time', {}, '200 bot', '', 'solid'],
    [
      'the guard',
      { answered_by: 'guard', took_ms: 3420, line_ms: 1500, flags: ['late'] },
      '200 guard',
      'warn',
      'hatched',
    ],
    ['the relay at once', { answered_by: 'now', took_ms: 900, line_ms: 2 }, '200 now', '', 'quiet'],
    [
      'the bot after LINE gave up',
      { took_ms: 2210, line_ms: 2210, flags: ['late'] },
      '200 bot',
      'bad',
      'dead',
    ],
    [
      'kept, delivered later',
      { answered_by: 'kept', took_ms: 5000, line_ms: 3, kept_ms: 240_000 },
      '200 kept',
      '',
      'solid',
    ],
    [
      'no bot',
      { state: 'retrying', bot_status: null, took_ms: null, line_ms: 1500, answered_by: 'guard' },
      ' none',
      'bad',
      'hatched',
    ],
    ['the bot failed', { bot_status: 500, line_status: 500 }, '500 bot', 'bad', 'solid'],
    ['the bot redirects', { bot_status: 302, line_status: 302 }, '302 bot', 'bad', 'solid'],
    [
      'refused',
      { answered_by: 'refused', line_status: 401, bot_status: null, took_ms: null, line_ms: 3 },
      '401 refused',
      'bad',
      'solid',
    ],
    [
      'the inbox is full',
      { answered_by: 'nobody', line_status: 503, bot_status: null, took_ms: null },
      '503 relay',
      'bad',
      'solid',
    ],
    [
      'a replay',
      { kind: 'replay', answered_by: 'nobody', line_status: null, line_ms: null },
      '200 bot',
      '',
      'solid',
    ],
    [
      'a slow replay',
      { kind: 'replay', answered_by: 'nobody', line_status: null, line_ms: null, took_ms: 2600 },
      '200 bot',
      '',
      'solid',
    ],
    [
      'a duplicate',
      { answered_by: 'duplicate', bot_status: null, took_ms: null },
      '200 duplicate',
      '',
      'solid',
    ],
    [
      'set aside',
      { state: 'set_aside', bot_status: null, took_ms: null },
      ' aside',
      'bad',
      'solid',
    ],
    ['given up', { state: 'dropped', bot_status: null, took_ms: null }, ' dropped', '', 'solid'],
  ] as const)('%s', (_, change, column, tone, kind) => {
    const one = row(1, change as never);
    const { status, by, tone: its } = answer(one);
    expect(`${status} ${by}`).toBe(column);
    expect(its).toBe(tone);
    expect(bar(one, 0).kind).toBe(kind);
  });

  it('counts while it runs', () => {
    const running = row(1, {
      state: 'running',
      took_ms: null,
      line_ms: null,
      line_status: null,
      bot_status: null,
      answered_by: 'nobody',
    });
    expect(answer(running).running).toBe(true);
    expect(bar(running, 1250)).toEqual({ line: 50, bot: 0, kind: 'run' });
    expect(took(running, 1250).ms).toBe(1250);
  });

  it('goes on counting after the guard has answered', () => {
    const still = row(1, {
      state: 'running',
      took_ms: null,
      line_ms: 1500,
      line_status: 200,
      bot_status: null,
      answered_by: 'guard',
    });
    expect(answer(still)).toMatchObject({ running: false, by: 'guard', tone: 'warn' });
    expect(bar(still, 2000)).toEqual({ line: 60, bot: 80, kind: 'hatched' });
    expect(took(still, 2000).ms).toBe(2000);
  });

  it('never leaves its bar', () => {
    const slow = row(1, { answered_by: 'guard', took_ms: 60_000, line_ms: 1500 });
    expect(bar(slow, 0)).toEqual({ line: 60, bot: 100, kind: 'hatched' });
  });
});

describe('content', () => {
  const source = { type: 'group', id: 'Ca56f94637cc1234', user_id: 'U4af4980629f2b3c1' };
  const first = (type: string, sub: string, text: string) =>
    row(1, { first: { type, sub, text, source } });

  it('is the text, a piece of code, or words', () => {
    expect(content(first('message', 'text', 'a\u202eb'))).toEqual({ kind: 'text', text: 'a▯b' });
    expect(content(first('postback', '', 'a=1&b=2'))).toEqual({ kind: 'code', text: 'a=1&b=2' });
    expect(content(first('message', 'image', ''))).toEqual({ kind: 'words', code: 'image' });
    expect(content(first('message', 'location', '東京都'))).toEqual({
      kind: 'text',
      text: '東京都',
    });
    expect(content(first('follow', '', ''))).toEqual({ kind: 'words', code: 'follow' });
    expect(content(first('message', 'hologram', ''))).toEqual({ kind: 'words', code: 'hologram' });
    expect(content(row(1, { kind: 'pass', first: null, path: '/liff\u0007' }))).toEqual({
      kind: 'code',
      text: '/liff␇',
    });
    expect(content(row(1, { first: null, flags: ['verify'] }))).toEqual({
      kind: 'words',
      code: 'verify',
    });
  });

  it('has a kind and a sign, also for what is not known', () => {
    expect([
      kindWord(first('message', 'sticker', '')),
      kindIcon(first('message', 'sticker', '')),
    ]).toEqual(['sticker', 'sticker']);
    expect([kindWord(first('teleport', '', '')), kindIcon(first('teleport', '', ''))]).toEqual([
      'teleport',
      'unknown',
    ]);
    expect(kindWord(row(1, { kind: 'pass', method: 'GET', first: null }))).toBe('GET');
  });

  it('says who', () => {
    expect(who(first('message', 'text', ''))).toBe('U4af49…b3c1 · Ca56f9…1234');
    expect(who(row(1, { first: null }))).toBe('');
    const named = row(1);
    if (named.first)
      named.first.source = { type: 'user', id: 'U1', user_id: 'U1', name: '花子\u202e' };
    expect([who(named), isNamed(named), isNamed(row(1))]).toEqual(['花子▯', true, false]);
  });
});

it('has a badge for each thing that is special', () => {
  const special = row(1, {
    kind: 'replay',
    parent: '7',
    events_n: 3,
    flags: ['redelivery', 'duplicate'],
    duplicate_of: '5',
    kept_ms: 240_000,
    note: true,
    pinned: true,
  });
  expect(badges(special).map((badge) => [badge.code, badge.to])).toEqual([
    ['multi', null],
    ['redelivery', null],
    ['duplicate', '5'],
    ['replay', '7'],
    ['kept', null],
    ['note', null],
    ['pinned', null],
  ]);
  expect(badges(row(1))).toEqual([]);
  const simulated = row(2, { kind: 'simulated', calls: { n: 2, worst: 'refused' } });
  expect(badges(simulated).map((badge) => [badge.code, badge.tone, badge.n])).toEqual([
    ['simulated', 'made', 0],
    ['calls_refused', 'bad', 2],
  ]);
  expect(badges(row(3, { calls: { n: 1, worst: 'good' } }))[0]).toMatchObject({
    code: 'calls',
    tone: '',
  });
});
