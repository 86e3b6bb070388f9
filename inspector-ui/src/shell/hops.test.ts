import { describe, expect, it } from 'vitest';
import type { Status } from '../api/types';
import { strip, targetParts } from './hops';

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
