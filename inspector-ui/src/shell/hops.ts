/* How the strip draws what the agent says: a state for each hop and for each piece of wire. */
import type { Status } from '../api/types';

export type Mark = '' | 'warn' | 'bad' | 'idle';

export interface Strip {
  relay: Mark;
  link: Mark;
  laptop: Mark;
  call: Mark;
  bot: Mark;
}

const LINK: Record<Status['link']['state'], Mark> = {
  connecting: 'warn',
  linked: '',
  waiting: 'bad',
  refused: 'bad',
  replaced: 'bad',
};
const BOT: Record<Status['handler']['state'], Mark> = {
  unknown: 'idle',
  ok: '',
  error: 'warn',
  unreachable: 'bad',
};

export function strip(status: Status | null, gone: boolean): Strip {
  if (!status || gone)
    return { relay: 'idle', link: 'idle', laptop: 'idle', call: 'idle', bot: 'idle' };
  const link = LINK[status.link.state];
  const bot = BOT[status.handler.state];
  return { relay: '', link, laptop: link, call: bot, bot };
}

/** A target's address in the parts that a narrow strip drops first: host, port, path. */
export function targetParts(target: string): { host: string; port: string; path: string } {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(target)
    ? target.replace(/^[a-z0-9+.-]*:\/\//i, '')
    : target;
  const match = /^(\[[^\]]*\]|[^:/\s]*)(:\d+)?(\/\S*)?$/.exec(url);
  if (!match?.[2]) return { host: '', port: target, path: '' };
  const path = match[3] === '/' ? '' : (match[3] ?? '');
  return { host: match[1] ?? '', port: match[2], path };
}
