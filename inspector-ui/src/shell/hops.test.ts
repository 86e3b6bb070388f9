import { describe, expect, it } from 'vitest';
import type { Status } from '../api/types';
import { lineApiMark, lineApiWord, portOf, strip, targetParts } from './hops';

const status = (link: Status['link']['state'], bot: Status['handler']['state']) =>
  ({ link: { state: link }, handler: { state: bot } }) as Status;

describe('the strip', () => {
  it('is idle until it knows, and when the agent is gone', () => {
    const idle = { relay: 'idle', link: 'idle', laptop: 'idle', call: 'idle', bot: 'idle' };
    expect(strip(null, false)).toEqual(idle);
    expect(strip(status('linked', 'ok'), true)).toEqual(idle);
  });

  it('breaks where it broke', () => {
    expect(strip(status('linked', 'ok'), false)).toEqual({
      relay: '',
      link: '',
      laptop: '',
      call: '',
      bot: '',
    });
    expect(strip(status('waiting', 'ok'), false)).toMatchObject({
      relay: '',
      link: 'bad',
      laptop: 'bad',
      bot: '',
    });
    expect(strip(status('linked', 'unreachable'), false)).toMatchObject({
      link: '',
      call: 'bad',
      bot: 'bad',
    });
    expect(strip(status('connecting', 'error'), false)).toMatchObject({
      link: 'warn',
      bot: 'warn',
    });
  });
});

it.each([
  ['http://127.0.0.1:8000/callback', '127.0.0.1', ':8000', '/callback'],
  ['127.0.0.1:3000', '127.0.0.1', ':3000', ''],
  ['http://[::1]:8000/', '[::1]', ':8000', ''],
  ['https://bot.example.com/hook', '', 'https://bot.example.com/hook', ''],
  ['./bot.sh --json', '', './bot.sh --json', ''],
])('%s falls into parts', (target, host, port, path) => {
  expect(targetParts(target)).toEqual({ host, port, path });
});

describe('the LINE API', () => {
  const port: NonNullable<Status['line_api']> = {
    url: 'http://127.0.0.1:4650',
    mode: 'auto',
    configured: true,
    live_push: false,
    emulating: null,
    emulate_until: null,
  };
  const having = (line_api: Status['line_api']) => ({ line_api }) as Status;

  it('is violet while nobody gets anything', () => {
    expect(lineApiMark(having(port), false)).toBe('');
    expect(lineApiMark(having({ ...port, emulating: 'lease' }), false)).toBe('made');
    expect(lineApiMark(having(port), true)).toBe('idle');
    expect(lineApiMark(having(null), false)).toBe('idle');
    expect(lineApiMark(null, false)).toBe('idle');
  });

  it('has a word for each state', () => {
    expect(lineApiWord(null)).toBe('off');
    expect(lineApiWord(port)).toBe('auto');
    expect(lineApiWord({ ...port, mode: 'pass' })).toBe('pass');
    expect(lineApiWord({ ...port, mode: 'emulate', emulating: 'forced' })).toBe('emulated');
    expect(lineApiWord({ ...port, emulating: 'not_configured' })).toBe('emulated');
  });

  it('is known by its port', () => {
    expect(portOf('http://127.0.0.1:4650')).toBe(':4650');
    expect(portOf('http://[::1]:4651/')).toBe(':4651');
  });
});
